/** One test body, and what it is run with: against socket.io-client, against us as leader and as follower. */
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import type { RowName } from './rows.ts';

export const targets = ['socket.io-client', 'leader', 'follower'] as const;
export type Target = (typeof targets)[number];
export type Options = Partial<ManagerOptions & SocketOptions>;

export interface Kit {
  readonly target: Target;
  /** Made with the case's options. In a follower's page another tab leads already, with the same options. */
  readonly socket: Socket;
  /** Another one, of the same target, for the same server and group, in the same page. */
  open(options?: Options): Socket;
  /** socket.io-client's own, to compare with. */
  reference(options?: Options): Socket;
  /** Waits until it says so, 10 s at most. */
  until(look: () => unknown): Promise<void>;
  connected(): Promise<void>;
  /** Waits until the tab is what the target says: the leader, or a follower. */
  placed(): Promise<void>;
  /** What the server knows of this case, or shall do to its connections; over HTTP, beside the socket. */
  server<Verb extends keyof Control>(verb: Verb): Promise<Control[Verb]>;
  /** Where the server is reached under another origin of the same site. */
  readonly otherOrigin: string;
}

/** What the compat server does and tells, for the connections of one case. */
export interface Control {
  /** Names and arguments received, in order. */
  log: readonly (readonly unknown[])[];
  /** Ends the transports, as a network does. */
  cut: number;
  /** Disconnects the sockets, as a server does. */
  kick: number;
  /** Connections are refused by a middleware from now on, or no more. */
  refuse: number;
  admit: number;
  /** Requests to `/gate` get their answer, which is that there is nothing; a middleware of `query.gated` decides. */
  open: number;
  /** Connections so far, the last one last. */
  handshakes: readonly Handshake[];
  /** Sockets connected now. */
  live: number;
  /** What came in answer to a packet that asked for an acknowledgement. */
  answers: readonly unknown[];
}

export interface Handshake {
  readonly id: string;
  readonly url: string;
  readonly auth: unknown;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  /** At the connection, and now. */
  readonly first: string;
  readonly transport: string;
}

export interface Case {
  /** Rows of the table that it shows. */
  readonly rows: readonly RowName[];
  readonly what: string;
  /** `url` may be relative. */
  readonly options?: (kit: Pick<Kit, 'otherOrigin'>) => Options & { readonly url?: string };
  /** In every tab, before the body; what an app's tabs have in common. */
  readonly prepare?: (socket: Socket) => void;
  /** What it gives must be `expected`, for each target. */
  readonly run: (kit: Kit) => unknown;
  /** Where the row says `differs`: what we give instead, and socket.io-client. */
  readonly expected: unknown;
  readonly expectedOfOurs?: unknown;
  readonly targets?: readonly Target[];
  /** Nobody gets a connection: who leads changes with each try. */
  readonly unconnected?: true;
  /** Nothing else may connect in the page meanwhile. */
  readonly alone?: true;
}

export interface Result {
  readonly target: Target;
  readonly rows: readonly RowName[];
  readonly what: string;
  readonly passed: boolean;
  readonly got?: unknown;
}
