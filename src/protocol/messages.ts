/** What goes over the wire between a client and the companion. PROTOCOL.md says the same in words. */
import type { Code, RefreshReason } from './codes.ts';
import type { Cursor, Cursors, Span } from './cursor.ts';

/** Server to tabs, numbered within its stream. */
export interface WireEvent {
  readonly id: number;
  readonly type: string;
  readonly payload: unknown;
  /** Server's wall clock at append, milliseconds since 1970. */
  readonly timestamp: number;
  /** Shop and module that a routed event belongs to. */
  readonly scope?: Scope;
}

export interface Scope {
  readonly shopId?: string;
  readonly module?: string;
}

/** Between `prev` and `id` of this stream these are all the events that are meant for the receiver. */
export interface Frame extends Span {
  readonly stream: string;
  readonly events: readonly WireEvent[];
}

/** What is missing can't be given whole: load the state again, go on from `{epoch, id}`. */
export interface Refresh extends Cursor {
  readonly stream: string;
  readonly reason: RefreshReason;
}

export interface Handshake {
  readonly token?: string;
  /** The user that the tabs' group was made for, when the app named one. */
  readonly user?: string;
  readonly onesocket: 1;
  /** Names the browser profile; a tab without a channel sends `<client>/<tab>`. */
  readonly client: string;
  readonly tab: string;
  readonly term: number;
  /** Counts this tab's connections within its term. */
  readonly attempt: number;
  readonly cursors?: Cursors;
  /** The default stream's last id, for servers that know one stream only; ignored beside `cursors`. */
  readonly lastEventId?: number;
}

/** First packet after a handshake. */
export interface Authenticated {
  readonly success: true;
  readonly onesocket: 1;
  readonly userId: string;
  readonly email?: string;
  readonly modules?: readonly string[];
  readonly socketId: string;
  readonly sessionId: string;
  /** Milliseconds until the token ends; absent: it doesn't. */
  readonly expiresInMs?: number;
  /** Server's wall clock, milliseconds since 1970. */
  readonly time: number;
  readonly commandWindowMs: number;
  /** All streams that this connection is in, with the place where each starts. */
  readonly streams: Cursors;
}

export interface SyncRequest {
  readonly stream?: string;
  readonly lastEventId: number;
  readonly epoch?: string;
}

export type SyncAnswer =
  | (Frame & { readonly more: boolean })
  | { readonly fullRefresh: Cursor & { readonly reason: RefreshReason } }
  | { readonly error: WireError };

export interface CommandRequest {
  readonly id: string;
  readonly name: string;
  readonly args: readonly unknown[];
  /** Server time at the first sending, milliseconds since 1970. */
  readonly sentAt: number;
}

export type CommandAnswer =
  | { readonly ok: true; readonly result?: unknown; readonly position?: string }
  | { readonly ok: false; readonly error: WireError };

export interface WireError {
  readonly code: Code | (string & {});
  readonly message: string;
}
