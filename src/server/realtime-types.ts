/** The companion as the app sees it. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Cursor } from '../protocol/cursor.ts';
import type { AnyCommands, CommandData, CommandName, CommandResult } from './command-types.ts';
import type { CommandHandler, CommandOptions } from './commands.ts';
import type { Health } from './health.ts';
import type { LogSize } from './log.ts';
import type { SessionInfo } from './registry.ts';
import type { Member } from './rooms.ts';
import type { ChannelTarget, RoomTarget, ShopTarget, Target, UsersTarget, UserTarget } from './router.ts';
import type { Throttled, ThrottleOptions } from './throttle.ts';

/** Where an appended event stands. */
export interface Receipt extends Cursor {
  readonly stream: string;
}

/** An event whose user was not connected when it was appended. */
export interface Undelivered {
  readonly userId: string;
  readonly type: string;
  readonly payload: unknown;
  readonly receipt: Receipt;
}

/** The payload that a Socket.IO event map gives a listener first; `unknown` where it says nothing. */
type PayloadOf<Listener> = Listener extends (payload: infer Payload, ...rest: never[]) => unknown ? Payload : unknown;

/** The payload as an argument, which may be left out where `undefined` will do. */
type PayloadArgs<Payload> = undefined extends Payload ? [payload?: Payload] : [payload: Payload];

type EventName<Events> = keyof Events & string;

export interface Emitter<Events, Result> {
  /**
   * Appends to the log; fulfilled when the event has its number, not when somebody has it.
   * Rejects for a payload that can't be sent whole.
   */
  emit<Type extends EventName<Events>>(type: Type, ...payload: PayloadArgs<PayloadOf<Events[Type]>>): Promise<Result>;
}

/** Which sessions; all that are given must hold. */
export interface SessionFilter {
  readonly userId?: string;
  readonly shopId?: string;
  /** Also sessions whose token names no modules: they are of all. */
  readonly module?: string;
}

export interface Diagnostics {
  /** Connections of this process. */
  readonly connections: number;
  /** What the log holds, if it can tell. */
  readonly log?: LogSize;
  /** Since the start, by name, such as `refresh:expired`. */
  readonly counters: Readonly<Record<string, number>>;
}

/** `Events`: what the server sends. `Commands`: what clients send. */
export interface Realtime<Events, Commands = AnyCommands> {
  to(target: UserTarget | RoomTarget | ChannelTarget | ShopTarget | 'all'): Emitter<Events, Receipt>;
  to(target: UsersTarget): Emitter<Events, readonly Receipt[]>;
  sendToUser<Type extends EventName<Events>>(
    userId: string,
    type: Type,
    ...payload: PayloadArgs<PayloadOf<Events[Type]>>
  ): Promise<Receipt>;
  sendToUsers<Type extends EventName<Events>>(
    userIds: readonly string[],
    type: Type,
    ...payload: PayloadArgs<PayloadOf<Events[Type]>>
  ): Promise<readonly Receipt[]>;
  sendToRoom<Type extends EventName<Events>>(
    room: string,
    type: Type,
    ...payload: PayloadArgs<PayloadOf<Events[Type]>>
  ): Promise<Receipt>;
  broadcastToAll<Type extends EventName<Events>>(
    type: Type,
    ...payload: PayloadArgs<PayloadOf<Events[Type]>>
  ): Promise<Receipt>;
  /**
   * Broadcasts of this type to this target that come at most once per interval, with the last value: for a
   * leaderboard, or figures that are costly to compute. `close` ends them, as does closing the companion.
   */
  throttled<Type extends EventName<Events>>(
    target: Exclude<Target, UsersTarget>,
    type: Type,
    options: ThrottleOptions<PayloadOf<Events[Type]>>,
  ): Throttled<PayloadOf<Events[Type]>>;
  /** Puts a user, with all present and future sessions, into a room. Until `leaveRoom`. */
  joinRoom(userId: string, room: string): Promise<void>;
  leaveRoom(userId: string, room: string): Promise<void>;
  /** What a user may see has changed: asks each channel's `allow` again, for the user's sessions on this node. */
  recheckChannels(userId: string): Promise<void>;
  /**
   * Handles a command of this name, at most once per command id within the window.
   * What it returns is the caller's result; a `CommandError` is the caller's refusal, any other error `command_failed`.
   * Typed by the server's map of client-to-server events: a type is no check of what a client sends, a `schema` is.
   */
  onCommand<Name extends CommandName<Commands>>(
    name: Name,
    handler: CommandHandler<CommandData<Commands[Name]>, CommandResult<Commands[Name]>>,
  ): void;
  onCommand<Name extends CommandName<Commands>, Schema extends StandardSchemaV1>(
    name: Name,
    options: CommandOptions<Schema> & { readonly schema: Schema },
    handler: CommandHandler<StandardSchemaV1.InferOutput<Schema>, CommandResult<Commands[Name]>>,
  ): void;
  onCommand<Name extends CommandName<Commands>>(
    name: Name,
    options: CommandOptions & { readonly schema?: undefined },
    handler: CommandHandler<CommandData<Commands[Name]>, CommandResult<Commands[Name]>>,
  ): void;
  /** On any node. */
  isUserConnected(userId: string): Promise<boolean>;
  /** How many users are connected, on all nodes. */
  connectedUserCount(): Promise<number>;
  /**
   * Hears of each event to a user, by `sendToUser`, `sendToUsers` or their targets, who had no connection when it was
   * appended: to send an e-mail, say. The event stays in the log all the same. Nobody waits for the listener; its
   * errors are counted and logged. Returns its undo.
   */
  onUndelivered(listener: (undelivered: Undelivered) => unknown): () => void;
  /**
   * Ends a user's sessions, on all nodes, with `token_expired`: each comes back only with a token that
   * `authenticate` accepts then. Returns how many they were.
   */
  revokeSessions(userId: string): Promise<number>;
  sessions(filter?: SessionFilter): Promise<readonly SessionInfo[]>;
  /**
   * The place in a user's streams, to be taken before the data that is loaded: `{ state, position }`.
   * A session will do; `rooms` adds rooms that the user was not put into by `joinRoom`.
   */
  positionOf(of: Member): Promise<string>;
  diagnostics(): Diagnostics;
  /** Asks log and registry, 2 s at most. Never rejects. */
  health(): Promise<Health>;
  /**
   * Hears how many milliseconds events took from append to a client's receipt, its acknowledgement's way back
   * included, by samples: at most one per `everyMs`. Nothing is sampled while nobody listens. Returns its undo.
   * @param everyMs - default 1_000
   */
  onLatency(listener: (ms: number) => void, everyMs?: number): () => void;
  /**
   * Disconnects the companion's clients, who come back elsewhere, and stops. The server stays the app's.
   * Resolves when the sessions are given back to the registry, 2 s at most; the stores may be closed then. Never rejects.
   */
  close(): Promise<void>;
}
