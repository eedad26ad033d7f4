/** The public types of `oneSocket()`. */
import type { Filter } from '../protocol/channel.ts';
import type { RefreshReason } from '../protocol/codes.ts';
import type { Cursors } from '../protocol/cursor.ts';
import type { DefaultEventsMap, EventNames, EventParams } from './event-types.ts';
import type { Persist } from './persist-types.ts';
import type { Listener, ListenOptions, Off, SocketLike } from './socket-types.ts';
import type { CommandInFlight, TraceEvent } from './trace-types.ts';

/** An event of a stream, as `onEvent` gets it. */
export interface StreamEvent<Payload = unknown> {
  readonly id: number;
  readonly type: string;
  readonly payload: Payload;
  /** Server's wall clock at append, milliseconds since 1970. */
  readonly timestamp: number;
  readonly stream: string;
}

export interface RefreshNotice {
  readonly streams: readonly string[];
  readonly reason: RefreshReason;
}

export type Role = 'electing' | 'leader' | 'follower' | 'solo' | 'none';
export type ConnectionStatus =
  | 'idle'
  | 'connecting'
  | 'syncing'
  | 'connected'
  | 'waiting'
  | 'signed-out'
  | 'failed'
  | 'closed';
export type Degradation = 'no-locks' | 'no-channel' | 'no-storage';
/** A frozen object; a new one only when something in it changed. */
export interface Status {
  readonly role: Role;
  readonly connection: ConnectionStatus;
  /** Whether a lost connection's events come back from the server's log. */
  readonly recovery: 'log' | 'none';
  readonly term: number;
  /** Tabs of the group that this tab knows of, itself included. Exact in the leader. */
  readonly tabs: number;
  readonly degraded: readonly Degradation[];
  readonly reason?: { readonly code: string; readonly message: string };
}

/** Pulled, never pushed: a picture of this tab for a bug report. */
export interface Diagnostics {
  readonly tab: string;
  readonly client: string;
  readonly group: string;
  readonly status: Status;
  readonly leader: string | null;
  /** Ids of the group's tabs that this tab knows of. */
  readonly tabs: readonly string[];
  readonly cursors: Cursors;
  /** How far each stream is known to go: the later of this tab's cursor and what the leader last said of its own. */
  readonly heads: Cursors;
  /** Streams with a hole or a refresh still open, with the number of frames held. */
  readonly holding: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<CounterName, number>>;
  /** Commands without an outcome yet. */
  readonly outbox: number;
  /** The same, one by one, oldest first. */
  readonly commands: readonly CommandInFlight[];
  /** Leaders that were replaced because they showed no life, within the last minute. */
  readonly steals: number;
}
export type CounterName =
  | 'delivered'
  | 'unhandled'
  | 'duplicates'
  | 'gaps'
  | 'healed'
  | 'refreshes'
  | 'foreignModule'
  | 'invalid'
  | 'syncs'
  | 'posts'
  | 'malformed'
  | 'results'
  | 'refused'
  | 'notSent'
  | 'unknown'
  | 'takeovers'
  | 'handlerErrors';

export interface LoadRequest {
  readonly reason: 'first' | RefreshReason;
  readonly signal: AbortSignal;
}
export interface Loaded<State> {
  readonly state: State;
  /** From `realtime.positionOf(...)` or a command's ack; taken before the data were read. */
  readonly position: string;
}
export interface StateOptions<State, Listen = DefaultEventsMap> {
  /** The same in every tab that shares this state. */
  readonly name: string;
  /** Tabs of different builds share only states of the same version. @defaultValue 0 */
  readonly version?: number;
  /** Bounded by `loadTimeoutMs`, tried three times. */
  readonly load: (request: LoadRequest) => Promise<Loaded<State>>;
  readonly on: { readonly [Name in EventNames<Listen>]?: Reducer<State, EventParams<Listen, Name>> };
  /** @defaultValue 10_000 */
  readonly loadTimeoutMs?: number;
  /**
   * `indexedDb()` of `onesocket/persist`: the next page shows the last state at once, `stale` until its load is there.
   * @defaultValue none: the state ends with its last tab
   */
  readonly persist?: Persist;
}
/** Pure: returns the next state. A throw is reported and the state stays. */
export type Reducer<State, Args extends readonly unknown[]> = (
  state: State,
  payload: Args[0],
  event: StreamEvent,
) => State;
export interface StateSnapshot<State> {
  readonly state: State | undefined;
  /** A load has to reach this state before it is right. */
  readonly stale: boolean;
  readonly error?: unknown;
}
export interface SharedState<State> {
  /** The same object until something changed. */
  getSnapshot(): StateSnapshot<State>;
  subscribe(onChange: () => void): Off;
  /** Resolves with the state once it is loaded, rejects when closed. */
  readonly ready: Promise<State>;
  close(): void;
}

/** socket.io-client's socket, and what is ours. */
export interface OneSocket<Listen = DefaultEventsMap, Emit = Listen> extends SocketLike<Listen, Emit> {
  readonly status: Status;
  /** Like `on`, with the event's id, timestamp and stream. Needs a companion. */
  onEvent<Name extends EventNames<Listen>>(
    name: Name,
    listener: (event: StreamEvent<EventParams<Listen, Name>[0]>) => void,
    options?: ListenOptions,
  ): Off;
  /** In one tab of the group only: normally once; after a crash or hang perhaps never or twice. */
  onOneTab<Name extends EventNames<Listen>>(name: Name, listener: Listener<Listen, Name>, options?: ListenOptions): Off;
  /** Something could not be recovered: load again what isn't in a `state()`. Needs a companion. */
  onRefresh(listener: (notice: RefreshNotice) => void, options?: ListenOptions): Off;
  onStatus(listener: (status: Status) => void, options?: ListenOptions): Off;
  diagnostics(): Diagnostics;
  /** Each message between this tab, the server and the other tabs, and each new status. For development tools. */
  trace(listener: (event: TraceEvent) => void): Off;
  /** Snapshot, then tail; one tab loads and all have it. Needs a companion. */
  state<State>(options: StateOptions<State, Listen>): SharedState<State>;
  /**
   * Joins a channel of the server, at its present place; `filter`: by field of the payload the value, or values,
   * of which it must have one. Needs a companion.
   */
  channel<Events = Listen>(name: string, filter?: Filter): EventChannel<Events>;
  /** Ends the group in all tabs and wipes what it stored. */
  signOut(): Promise<void>;
}

/** `forbidden`: the server refused it, or took it away; asked again at the next connection. */
export type ChannelStatus = 'joining' | 'joined' | 'forbidden' | 'left';

/** A channel that this page is in, through a filter. Its events go to its own handlers only. */
export interface EventChannel<Listen = DefaultEventsMap> {
  readonly name: string;
  readonly filter: Filter;
  readonly status: ChannelStatus;
  on<Name extends EventNames<Listen>>(name: Name, listener: Listener<Listen, Name>, options?: ListenOptions): Off;
  once<Name extends EventNames<Listen>>(name: Name, listener: Listener<Listen, Name>, options?: ListenOptions): Off;
  /** Without a listener: all of that name; without a name: all. */
  off<Name extends EventNames<Listen>>(name?: Name, listener?: (...args: never[]) => void): void;
  onAny(listener: (name: string, ...args: unknown[]) => void, options?: ListenOptions): Off;
  /** Like `on`, with the event's id, timestamp and stream. */
  onEvent<Name extends EventNames<Listen>>(
    name: Name,
    listener: (event: StreamEvent<EventParams<Listen, Name>[0]>) => void,
    options?: ListenOptions,
  ): Off;
  /** Something of this channel could not be recovered: load it again. */
  onRefresh(listener: (notice: RefreshNotice) => void, options?: ListenOptions): Off;
  onStatus(listener: (status: ChannelStatus) => void, options?: ListenOptions): Off;
  /** For ever; other objects on the same channel go on. For another filter make another channel. */
  leave(): void;
}
