/** Options: what the server sees of them. */
import { XHR } from 'socket.io-client';
import * as msgpack from 'socket.io-msgpack-parser';
import type { Case, Handshake, Kit, Options } from './types.ts';

const polling: Options = { transports: ['polling'], upgrade: false };

/** Connects, and tells something of the first handshake. */
function handshake(
  rows: Case['rows'],
  what: string,
  options: NonNullable<Case['options']>,
  tell: (seen: Handshake, kit: Kit) => unknown,
  expected: unknown,
): Case {
  return {
    ...{ rows, what, options, expected },
    async run(kit) {
      await kit.connected();
      const [first] = await kit.server('handshakes');
      return first && tell(first, kit);
    },
  };
}

export const optionCases: readonly Case[] = [
  handshake(
    ['option path'],
    'the path of the server',
    () => ({ path: '/other' }),
    ({ url }) => url.startsWith('/other/?'),
    true,
  ),
  handshake(
    ['forms of the URL'],
    'a host without a scheme',
    () => ({ url: location.host }),
    ({ url }) => url.startsWith('/socket.io/?'),
    true,
  ),
  handshake(
    ['forms of the URL'],
    'a host without a scheme, behind two slashes, with a query',
    () => ({ url: `//${location.host}/?a=1` }),
    ({ query }) => query.a,
    undefined,
  ),
  handshake(
    ['option query'],
    'goes with each handshake',
    () => ({ query: { a: '1', b: 'x y' } }),
    ({ query }) => [query.a, query.b],
    ['1', 'x y'],
  ),
  handshake(
    ['option transports'],
    'polling only',
    () => polling,
    ({ first, transport }) => [first, transport],
    ['polling', 'polling'],
  ),
  handshake(
    ['option transports'],
    'WebSocket only',
    () => ({ transports: ['websocket'] }),
    ({ first, transport }) => [first, transport],
    ['websocket', 'websocket'],
  ),
  {
    rows: ['option transports'],
    what: 'without the option',
    async run({ connected, server }) {
      await connected();
      return (await server('handshakes')).map(({ first }) => first);
    },
    expected: ['polling'],
    expectedOfOurs: ['websocket'],
  },
  {
    rows: ['option upgrade'],
    what: 'from polling to WebSocket, unless it is false',
    options: () => ({ transports: ['polling', 'websocket'] }),
    async run({ connected, until, server }) {
      await connected();
      await until(async () => (await server('handshakes')).at(-1)?.transport === 'websocket');
      return (await server('handshakes')).map(({ first, transport }) => [first, transport]);
    },
    expected: [['polling', 'websocket']],
  },
  {
    rows: ['option rememberUpgrade'],
    what: 'after an upgrade the next connection begins with WebSocket',
    options: () => ({ transports: ['polling', 'websocket'], rememberUpgrade: true, reconnectionDelay: 20 }),
    async run({ connected, until, server }) {
      await connected();
      await until(async () => (await server('handshakes')).at(-1)?.transport === 'websocket');
      await server('cut');
      await until(async () => (await server('handshakes')).length === 2);
      return (await server('handshakes')).at(-1)?.first;
    },
    alone: true,
    expected: 'websocket',
  },
  handshake(
    ['option tryAllTransports'],
    'the next transport, where the first can not be had',
    () => ({ path: '/pollonly', transports: ['websocket', 'polling'], tryAllTransports: true }),
    ({ first }) => first,
    'polling',
  ),
  handshake(
    ['option transportOptions'],
    'options of one transport',
    () => ({ ...polling, transportOptions: { polling: { extraHeaders: { 'x-of-transport': '1' } } } }),
    ({ headers }) => headers['x-of-transport'],
    '1',
  ),
  handshake(
    ['option extraHeaders'],
    'headers, of polling',
    () => ({ ...polling, extraHeaders: { 'x-extra': '2' } }),
    ({ headers }) => headers['x-extra'],
    '2',
  ),
  handshake(
    ['option transportImplementations', 'option transports'],
    'transports as classes',
    () => ({ transports: [XHR] }),
    ({ first }) => first,
    'polling',
  ),
  handshake(
    ['option withCredentials'],
    'cookies to another origin of the site',
    ({ otherOrigin }) => ({ ...polling, url: `${otherOrigin}/`, withCredentials: true }),
    ({ headers }) => String(headers.cookie).includes('compat=1'),
    true,
  ),
  handshake(
    ['option withCredentials'],
    'none without it',
    ({ otherOrigin }) => ({ ...polling, url: `${otherOrigin}/` }),
    ({ headers }) => String(headers.cookie),
    'undefined',
  ),
  handshake(
    ['option host', 'option hostname', 'option port', 'option secure'],
    'are of no effect beside a URL',
    () => ({ host: 'ignored.invalid', hostname: 'ignored.invalid', port: 1, secure: true }),
    ({ url }) => url.startsWith('/socket.io/?'),
    true,
  ),
  handshake(
    ['option timestampRequests', 'option timestampParam'],
    'a parameter that no cache knows',
    () => ({ ...polling, timestampRequests: true, timestampParam: 'stamp' }),
    ({ query }) => typeof query.stamp,
    'string',
  ),
  {
    rows: ['option forceBase64'],
    what: 'binary as text',
    options: () => ({ forceBase64: true }),
    async run({ socket, connected, server }) {
      await connected();
      const [first] = await server('handshakes');
      return [first?.query.b64, await socket.emitWithAck('kinds', Uint8Array.from([1, 2]))];
    },
    expected: ['1', ['bytes 1 2']],
  },
  handshake(
    ['option protocols'],
    'sub-protocols of the WebSocket',
    () => ({ transports: ['websocket'], protocols: ['chat'] }),
    ({ headers }) => headers['sec-websocket-protocol'],
    'chat',
  ),
  handshake(
    ['option addTrailingSlash'],
    'false: none behind the path',
    () => ({ path: '/noslash', addTrailingSlash: false }),
    ({ url }) => url.startsWith('/noslash?'),
    true,
  ),
  {
    rows: ['option requestTimeout'],
    what: 'bounds one request of polling',
    options: () => ({ ...polling, path: '/gate', requestTimeout: 100, reconnection: false }),
    async run({ socket, until }) {
      let said: unknown;
      socket.on('connect_error', ({ message }) => {
        said = message;
      });
      await until(() => said);
      return said;
    },
    unconnected: true,
    expected: 'xhr poll error',
  },
  {
    rows: ['option timeout', 'words of errors'],
    what: 'bounds connecting',
    options: () => ({ ...polling, path: '/gate', timeout: 100, reconnection: false }),
    async run({ socket, until }) {
      let said: unknown;
      socket.on('connect_error', ({ message }) => {
        said = message;
      });
      await until(() => said);
      return [said, socket.connected];
    },
    unconnected: true,
    expected: ['timeout', false],
  },
  {
    rows: ['option parser'],
    what: 'another parser, with its own rules',
    options: () => ({ path: '/msgpack', parser: msgpack }),
    async run({ socket, connected }) {
      await connected();
      return socket.emitWithAck('kinds', { a: [1, Uint8Array.from([2]).buffer], b: null });
    },
    expected: [{ a: [1, 'bytes 2'], b: null }],
  },
  {
    rows: ['option forceNew', 'option multiplex', 'several sockets of one URL', 'id'],
    what: 'two sockets of a page, connections of their own asked for',
    options: () => ({ forceNew: true, multiplex: false }),
    async run({ socket, open, connected, until, server }) {
      await connected();
      const second = open();
      await until(() => second.connected);
      return [(await server('handshakes')).length, second.id === socket.id];
    },
    expected: [2, false],
    expectedOfOurs: [1, true],
  },
  {
    rows: ['several sockets of one URL'],
    what: 'what one emits that did not connect itself, while another one of the page is connected',
    async run({ socket, open, connected, server }) {
      await connected();
      open({ autoConnect: false }).emit('early');
      await socket.emitWithAck('echo');
      return server('log');
    },
    expected: [['echo']],
    expectedOfOurs: [['early'], ['echo']],
  },
  {
    rows: ['option closeOnBeforeunload'],
    what: 'the connection ends with `beforeunload` of the page that holds it',
    options: () => ({ closeOnBeforeunload: true }),
    async run({ connected, until, server }) {
      await connected();
      dispatchEvent(new Event('beforeunload'));
      await until(async () => (await server('live')) === 0);
      return server('live');
    },
    targets: ['socket.io-client', 'leader'],
    expected: 0,
  },
  handshake(
    [
      ...(['option agent', 'option pfx', 'option key', 'option passphrase', 'option cert', 'option ca'] as const),
      ...(['option ciphers', 'option rejectUnauthorized', 'option autoUnref'] as const),
      ...(['option perMessageDeflate', 'option useNativeTimers'] as const),
    ],
    'are taken, and of no effect in a browser',
    () => ({
      ...{ agent: 'x', pfx: 'x', key: 'x', passphrase: 'x', cert: 'x', ca: 'x', ciphers: 'x' },
      ...{ rejectUnauthorized: false, perMessageDeflate: { threshold: 9 }, useNativeTimers: true },
    }),
    ({ url }) => url.startsWith('/socket.io/?'),
    true,
  ),
  {
    rows: ['option randomizationFactor'],
    what: '0: the delay is as given',
    options: () => ({ reconnectionDelay: 30, randomizationFactor: 0 }),
    async run({ socket, connected, until, server }) {
      await connected();
      let connects = 0;
      socket.on('connect', () => {
        connects += 1;
      });
      await server('cut');
      await until(() => connects === 1);
      return connects;
    },
    expected: 1,
  },
];
