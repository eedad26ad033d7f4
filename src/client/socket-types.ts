/** The types of what a shared socket has in common with socket.io-client's. */

import type { Auth } from './auth-types.ts';
import type { OneSocketError } from './errors.ts';
import type { EventNames, EventParams } from './event-types.ts';

// For an untyped map, whose arguments are `any[]`, everything stays open, as in socket.io-client.
type LastOf<Args extends readonly unknown[]> = Args extends readonly [...unknown[], infer Last] ? Last : Args[number];
type AllButLast<Args extends readonly unknown[]> = Args extends readonly [...infer Init, unknown] ? Init : Args;
type FirstOf<Args extends readonly unknown[]> = Args extends readonly [infer First, ...unknown[]]
  ? First
  : Args[number];
// biome-ignore lint/suspicious/noExplicitAny: what is any stays any.
type AckArgs<Ack> = 0 extends 1 & Ack ? any[] : Ack extends (...args: infer Args) => unknown ? Args : never;
/** Arguments of `emitWithAck`: those of the event without its acknowledgement. */
export type ParamsWithoutAck<Map, Name extends keyof Map> = AllButLast<EventParams<Map, Name>>;
/** What the acknowledgement brings: its first argument, as in socket.io-client. */
export type AckResult<Map, Name extends keyof Map> = FirstOf<AckArgs<LastOf<EventParams<Map, Name>>>>;
/** What an acknowledgement gets that did not come: a `OneSocketError`. */
interface AckError extends Error {
  readonly code?: OneSocketError['code'];
  readonly outcome?: OneSocketError['outcome'];
}
/** Takes callbacks that name fewer of the errors, such as `(error: Error) => ...`, as socket.io-client's types do. */
type TimedAck<Ack extends readonly unknown[], R> = { call(error: AckError | null, ...ack: Ack): R }['call'];
/** With `timeout()` an acknowledgement gets an error, or `null`, first. */
type WithError<Args extends readonly unknown[]> = {
  [K in keyof Args]: Args[K] extends (...ack: infer Ack) => infer R ? TimedAck<Ack, R> : Args[K];
};
type TimedParams<Map, Name extends keyof Map> = WithError<EventParams<Map, Name>>;

export type Off = () => void;
export interface ListenOptions {
  /** Aborting it removes the listener. */
  readonly signal?: AbortSignal;
}

/** socket.io-client's words for why a connection ended. */
export type DisconnectReason =
  | 'io server disconnect'
  | 'io client disconnect'
  | 'ping timeout'
  | 'transport close'
  | 'transport error'
  | 'parse error';

/** The connection's own events, in every tab. */
export interface LinkEventsMap {
  connect: () => void;
  /** `description` is never given: it would be the leader's tab's alone. */
  disconnect: (reason: DisconnectReason, description?: Error | { description: string; context?: unknown }) => void;
  // biome-ignore lint/suspicious/noExplicitAny: what the server's middleware put there, as in socket.io-client.
  connect_error: (error: OneSocketError & { data?: any }) => void;
}
export type Listener<Map, Name extends keyof Map> = (...args: EventParams<Map, Name>) => void;
type AnyListener = (...args: never[]) => void;
// biome-ignore lint/suspicious/noExplicitAny: a catch-all listener declares what it likes, as in socket.io-client.
type CatchAll = (name: any, ...args: any[]) => void;

/** The ways to emit. A modifier gives a view on the socket that can be kept; the socket itself stays as it is. */
interface Emitting<Emit> {
  emitWithAck<Name extends EventNames<Emit>>(
    name: Name,
    ...args: ParamsWithoutAck<Emit, Name>
  ): Promise<AckResult<Emit, Name>>;
  /** Emits `message`. */
  send(...args: unknown[]): this;
  /** What can't be sent now is dropped. */
  readonly volatile: this;
  /** @defaultValue true */
  compress(compress: boolean): this;
  /** Another bound, in milliseconds, on the wait for an acknowledgement, which gets an error, or `null`, first. */
  timeout(ms: number): TimedSocket<Emit>;
}

export interface TimedSocket<Emit> extends Emitting<Emit> {
  emit<Name extends EventNames<Emit>>(name: Name, ...args: TimedParams<Emit, Name>): this;
}

/**
 * socket.io-client's `Socket`, shared by all tabs. What adds a listener returns its own undo, and takes a signal;
 * everything else that socket.io-client chains returns the socket.
 */
export interface SocketLike<Listen, Emit> extends Emitting<Emit> {
  readonly connected: boolean;
  readonly disconnected: boolean;
  /** False: only `connect()` leads to a connection. */
  readonly active: boolean;
  /** The socket's id on the server: the group's, the same in every tab. */
  readonly id: string | undefined;
  /** Whether the last `connect` lost nothing. */
  readonly recovered: boolean;
  /** Asked before each connection that this tab makes. One of another user counts from the next `connect()` on. */
  auth: Auth | undefined;
  emit<Name extends EventNames<Emit>>(name: Name, ...args: EventParams<Emit, Name>): this;
  /** Joins the group, if it left it; asks `auth` again where that had given up. */
  connect(): this;
  /** The same as `connect()`. */
  open(): this;
  /** Leaves the group: this tab only. The others go on. */
  disconnect(): this;
  /** The same as `disconnect()`. */
  close(): this;

  on: Add<Listen>;
  once: Add<Listen>;
  /** The same as `on`. */
  addEventListener: Add<Listen>;
  /** Without a listener: all of that name; without a name: all. */
  off: Remove<Listen, this>;
  /** The same as `off`, like the two that follow. */
  removeListener: Remove<Listen, this>;
  removeAllListeners: Remove<Listen, this>;
  removeEventListener: Remove<Listen, this>;
  /** A copy: to take one away, use `off`. */
  listeners<Name extends EventNames<LinkEventsMap>>(name: Name): Listener<LinkEventsMap, Name>[];
  listeners<Name extends EventNames<Listen>>(name: Name): Listener<Listen, Name>[];
  hasListeners(name: EventNames<Listen> | EventNames<LinkEventsMap>): boolean;
  onAny(listener: CatchAll, options?: ListenOptions): Off;
  prependAny(listener: CatchAll, options?: ListenOptions): Off;
  /** Without a listener: all. */
  offAny(listener?: CatchAll): this;
  listenersAny(): CatchAll[];
  /** Hears what this tab sends, when it is sent. */
  onAnyOutgoing(listener: CatchAll, options?: ListenOptions): Off;
  prependAnyOutgoing(listener: CatchAll, options?: ListenOptions): Off;
  /** Without a listener: all. */
  offAnyOutgoing(listener?: CatchAll): this;
  listenersAnyOutgoing(): CatchAll[];

  /** @throws OneSocketError `not_supported`: the connection is not this tab's. Use the socket's events and `status`. */
  readonly io: never;
  /** @throws OneSocketError `not_supported`: see `diagnostics().commands`. */
  readonly sendBuffer: never;
  /** @throws OneSocketError `not_supported` */
  readonly receiveBuffer: never;
}

interface Add<Listen> {
  <Name extends EventNames<LinkEventsMap>>(
    name: Name,
    listener: Listener<LinkEventsMap, Name>,
    options?: ListenOptions,
  ): Off;
  <Name extends EventNames<Listen>>(name: Name, listener: Listener<Listen, Name>, options?: ListenOptions): Off;
}
type Remove<Listen, Self> = (name?: EventNames<Listen> | EventNames<LinkEventsMap>, listener?: AnyListener) => Self;
