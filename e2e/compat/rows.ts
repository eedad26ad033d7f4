/**
 * The rows of the table, by the types of socket.io-client: a member or an option that is new there is missing here,
 * and does not compile. What a row says must be shown by a body in `cases.ts`.
 */
import type { ManagerOptions, Socket, SocketOptions, SocketReservedEvents } from 'socket.io-client';

/** `same`: in words of ours at most a note. */
export type Row = 'same' | { readonly same: string } | { readonly differs: string } | { readonly notPossible: string };

type Member = keyof Socket | 'addEventListener' | 'removeEventListener';
type Option = keyof (ManagerOptions & SocketOptions);

const undo =
  'the same, but it returns its own undo and takes `{ signal }`: no chaining behind it; call it on the socket again';
const view =
  'marks what is emitted through what it returns, which may be kept; a mark in a statement of its own is lost';
const copy = 'the array is a copy: take a listener away by its `off`';

export const members: Record<Member, Row> = {
  on: { differs: undo },
  addEventListener: { differs: undo },
  once: { differs: undo },
  off: 'same',
  removeListener: 'same',
  removeAllListeners: 'same',
  removeEventListener: 'same',
  listeners: { differs: copy },
  hasListeners: 'same',
  onAny: { differs: undo },
  prependAny: { differs: undo },
  offAny: 'same',
  listenersAny: { differs: copy },
  onAnyOutgoing: { differs: undo },
  prependAnyOutgoing: { differs: undo },
  offAnyOutgoing: 'same',
  listenersAnyOutgoing: { differs: copy },
  emit: {
    differs: 'at most 16 arguments; an acknowledgement that comes later than `ackTimeout` (30 s if not set) is dropped',
  },
  emitWithAck: { differs: 'bounded by `ackTimeout` (30 s if not set); its errors have `code` and `outcome`' },
  send: 'same',
  volatile: { differs: view },
  compress: { differs: view },
  timeout: { differs: view },
  connect: 'same',
  open: 'same',
  disconnect: { differs: 'of this tab only; what still waits in it ends as `not_sent`' },
  close: { differs: 'as `disconnect`' },
  connected: 'same',
  disconnected: 'same',
  active: { differs: 'false also when `reconnectionAttempts` are used up' },
  id: { differs: "the group's: the same in all tabs. For an id of the tab: `diagnostics().tab`" },
  recovered: {
    differs:
      "Socket.IO's connection state recovery is not used: false with a plain server; with a companion, whether the log joined up",
  },
  auth: { differs: 'asked in the tab that makes the connection' },
  io: {
    notPossible:
      "the connection is shared, and may be another tab's. Use the events of the socket, `status`, `onStatus` and the options",
  },
  sendBuffer: { notPossible: 'see `diagnostics().commands`; use `volatile` for what must not wait' },
  receiveBuffer: { notPossible: 'nothing is kept before the connection is there' },
};

const nodeOnly: Row = { same: 'of no effect in browsers, in socket.io-client either' };

export const options: Record<Option, Row> = {
  path: 'same',
  query: 'same',
  auth: {
    differs: 'also a promise; `null` means signed out. Asked by each tab that joins too, unless `user` is given',
  },
  autoConnect: { same: 'with a companion the tab joins with its first listener or emit' },
  forceNew: { differs: 'always one connection per group' },
  multiplex: { differs: 'always one connection per group' },
  reconnection: 'same',
  reconnectionAttempts: 'same',
  reconnectionDelay: 'same',
  reconnectionDelayMax: 'same',
  randomizationFactor: { differs: 'only shortens the delay; the default is 1, full jitter' },
  timeout: 'same',
  ackTimeout: { differs: 'the same if it is set; if not, 30 s and no error argument' },
  retries: { same: 'with a companion commands run once, and this is ignored' },
  parser: { same: 'all tabs of a group must have the same' },
  transports: { differs: 'as given; the default is WebSocket, then polling' },
  tryAllTransports: { differs: 'the default is true' },
  upgrade: 'same',
  rememberUpgrade: 'same',
  requestTimeout: 'same',
  transportOptions: 'same',
  transportImplementations: 'same',
  extraHeaders: 'same',
  withCredentials: 'same',
  host: 'same',
  hostname: 'same',
  port: 'same',
  secure: 'same',
  timestampRequests: 'same',
  timestampParam: 'same',
  forceBase64: 'same',
  protocols: 'same',
  addTrailingSlash: 'same',
  closeOnBeforeunload: { differs: 'in the tab that has the connection; `pagehide` always closes it' },
  agent: nodeOnly,
  pfx: nodeOnly,
  key: nodeOnly,
  passphrase: nodeOnly,
  cert: nodeOnly,
  ca: nodeOnly,
  ciphers: nodeOnly,
  rejectUnauthorized: nodeOnly,
  autoUnref: nodeOnly,
  perMessageDeflate: nodeOnly,
  useNativeTimers: 'same',
};

export const events: Record<keyof SocketReservedEvents, Row> = {
  connect: 'same',
  disconnect: { differs: 'the same reasons, without the second argument' },
  connect_error: { differs: 'the same `message` and `data`, and a `code`; without `description` and `context`' },
};

export const behaviour = {
  'forms of the URL': 'same',
  'order of emits': 'same',
  'order of events': 'same',
  'buffering before the connection': 'same',
  'buffering while disconnected': 'same',
  'acknowledgements on disconnect': 'same',
  'words of errors': 'same',
  binary: 'same',
  'dates and what JSON makes of values': 'same',
  'server asks for an acknowledgement': { same: "every tab gets the event, the leader's tab answers" },
  'a listener that throws': { differs: 'is reported as an uncaught error, and keeps no other listener from the event' },
  'several sockets of one URL': {
    differs:
      'share the connection and its id, in a page as between tabs: while it stands, what any of them emits is sent',
  },
  'packets sent when a client connects': {
    differs: 'reach the tabs that are there; one that joins later has to ask for them, for example in `connect`',
  },
} as const satisfies Record<string, Row>;

export type RowName = Member | `option ${Option}` | `event ${keyof SocketReservedEvents}` | keyof typeof behaviour;
