/** The public types of `oneSocket()`. */
import type { Filter } from '../protocol/channel.ts';
import type { RefreshReason } from '../protocol/codes.ts';
import type { Cursors } from '../protocol/cursor.ts';
import type { Persist } from './persist-types.ts';
import type { CommandInFlight, TraceEvent } from './trace-types.ts';

// biome-ignore lint/suspicious/noExplicitAny: event maps are the app's; socket.io-client types them the same way.
export type EventsMap = { [event: string]: any };
export interface DefaultEventsMap {
  // biome-ignore lint/suspicious/noExplicitAny: an untyped socket accepts any arguments, as in socket.io-client.
  [event: string]: (...args: any[]) => void;
}
export type EventNames<Map> = keyof Map & string;
export type EventParams<Map, Name extends keyof Map> = Map[Name] extends (...args: infer Args) => unknown
  ? Args
  : never;

// For an untyped map, whose arguments are `any[]`, everything stays open, as in socket.io-client.
type LastOf<Args extends readonly unknown[]> = Args extends readonly [...unknown[], infer Last] ? Last : Args[number];
type AllButLast<Args extends readonly unknown[]> = Args extends readonly [...infer Init, unknown] ? Init : Args;
type FirstOf<Args extends readonly unknown[]> = Args extends readonly [infer First, ...unknown[]]
  ? First
  : Args[number];
type AckArgs<Ack> = Ack extends (...args: infer Args) => unknown ? Args : never;
/** Arguments of `emitWithAck`: those of the event without its acknowledgement. */
export type ParamsWithoutAck<Map, Name extends keyof Map> = AllButLast<EventParams<Map, Name>>;
/** What the acknowledgement brings: its first argument, as in socket.io-client. */
export type AckResult<Map, Name extends keyof Map> = FirstOf<AckArgs<LastOf<EventParams<Map, Name>>>>;
/** With `timeout()` an acknowledgement gets an error, or `null`, first. */
type WithError<Args extends readonly unknown[]> = {
  [K in keyof Args]: Args[K] extends (...ack: infer Ack) => infer R ? (error: Error | null, ...ack: Ack) => R : Args[K];
};
type TimedParams<Map, Name extends keyof Map> = WithError<EventParams<Map, Name>>;

export type Off = () => void;
export interface ListenOptions {
  /** Aborting it removes the listener. */
  readonly signal?: AbortSignal;
}

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

export type CommandOutcome = 'refused' | 'not_sent' | 'unknown';

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

/** Levels of an injected logger; silent without one. */
export interface Logger {
  debug(message: string, detail?: unknown): void;
  info(message: string, detail?: unknown): void;
  warn(message: string, detail?: unknown): void;
  error(message: string, detail?: unknown): void;
}

/** The connection's own events, in every tab. */
export interface LinkEventsMap {
  connect: () => void;
  disconnect: (reason: string) => void;
  connect_error: (error: Error & { readonly data?: unknown }) => void;
}
type Listener<Map, Name extends keyof Map> = (...args: EventParams<Map, Name>) => void;

export interface TimedSocket<Emit> {
  emit<Name extends EventNames<Emit>>(name: Name, ...args: TimedParams<Emit, Name>): void;
  emitWithAck<Name extends EventNames<Emit>>(
    name: Name,
    ...args: ParamsWithoutAck<Emit, Name>
  ): Promise<AckResult<Emit, Name>>;
}

export interface OneSocket<Listen = DefaultEventsMap, Emit = Listen> {
  readonly connected: boolean;
  /** The socket's id on the server: the group's, the same in every tab. */
  readonly id: string | undefined;
  /** Whether the last `connect` lost nothing. */
  readonly recovered: boolean;
  readonly status: Status;
  on<Name extends EventNames<LinkEventsMap>>(
    name: Name,
    listener: Listener<LinkEventsMap, Name>,
    options?: ListenOptions,
  ): Off;
  on<Name extends EventNames<Listen>>(name: Name, listener: Listener<Listen, Name>, options?: ListenOptions): Off;
  once<Name extends EventNames<LinkEventsMap>>(
    name: Name,
    listener: Listener<LinkEventsMap, Name>,
    options?: ListenOptions,
  ): Off;
  once<Name extends EventNames<Listen>>(name: Name, listener: Listener<Listen, Name>, options?: ListenOptions): Off;
  /** Without a listener: all of that name; without a name: all. */
  off<Name extends EventNames<Listen> | EventNames<LinkEventsMap>>(
    name?: Name,
    listener?: (...args: never[]) => void,
  ): void;
  onAny(listener: (name: string, ...args: unknown[]) => void, options?: ListenOptions): Off;
  emit<Name extends EventNames<Emit>>(name: Name, ...args: EventParams<Emit, Name>): void;
  emitWithAck<Name extends EventNames<Emit>>(
    name: Name,
    ...args: ParamsWithoutAck<Emit, Name>
  ): Promise<AckResult<Emit, Name>>;
  /** The same socket with another bound, in milliseconds, on the wait for an acknowledgement. */
  timeout(ms: number): TimedSocket<Emit>;
  /** Joins the group, if it left it; asks `auth` again where that had given up. */
  connect(): void;
  /** Leaves the group: this tab only. The others go on. */
  disconnect(): void;
  /** The same as `disconnect()`. */
  close(): void;
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
