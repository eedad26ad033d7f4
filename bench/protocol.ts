/** What the bench and its server process say to each other. */

export type ServerMode = 'plain' | 'companion';

/** Wall clock in ms of what one connection was given. */
export interface ConnectionMarks {
  readonly acceptedAt: number;
  /** Socket.IO's own packet: the client may send and receive. */
  connectedAt?: number;
  firstEventAt?: number;
}

export type ServerOrder =
  /** Emits in one go. */
  | { readonly do: 'burst'; readonly count: number }
  /** Emits one every so many milliseconds; 0 ends it. */
  | { readonly do: 'stream'; readonly everyMs: number }
  | { readonly do: 'report' };

export interface ServerReport {
  /** Number of the newest event. */
  readonly last: number;
  /** Wall clock in ms when the burst began. */
  readonly startedAt: number;
  /** Of the server process since its start. */
  readonly cpuUs: number;
  readonly connections: readonly ConnectionMarks[];
  readonly openConnections: number;
}

export type ToServer = ServerOrder & { readonly id: number };
export type FromServer =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'done'; readonly id: number; readonly report: ServerReport }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };
