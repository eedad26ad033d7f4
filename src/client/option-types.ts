/** The public types of what `oneSocket()` can be told. */
import type { Auth } from './auth-types.ts';
import type { DefaultEventsMap } from './event-types.ts';
import type { Schemas } from './schemas.ts';

/** Levels of an injected logger; silent without one. */
export interface Logger {
  debug(message: string, detail?: unknown): void;
  info(message: string, detail?: unknown): void;
  warn(message: string, detail?: unknown): void;
  error(message: string, detail?: unknown): void;
}

/** Ours. socket.io-client's own options may stand beside them and are handed through. */
export interface OneSocketOptions<Listen = DefaultEventsMap> {
  /** The server runs `attachRealtime`. @defaultValue false: any Socket.IO server, live relay, no replay */
  readonly companion?: boolean;
  /** False: an inert socket; the app works without. @defaultValue true */
  readonly enabled?: boolean;
  /** Whose tabs form the group. Absent: `sub` of a JWT in the first `auth`, else its hash, else anonymous. */
  readonly user?: string;
  readonly auth?: Auth;
  /** Bound on one call of `auth`. @defaultValue 10_000 */
  readonly authTimeoutMs?: number;
  /** Where a group starts that has nobody to ask. @defaultValue 'stored' */
  readonly resume?: 'stored' | 'now';
  /** After this long without life a hung leader is replaced by a visible tab. @defaultValue 5_000 */
  readonly leaderTimeoutMs?: number;
  /** Bound on the wait for a command's outcome. Where it is set, acknowledgements get an error, or null, first. @defaultValue 30_000 */
  readonly ackTimeout?: number;
  /**
   * Without a companion: how often an emit is sent again that was not acknowledged, one emit at a time. The server may
   * run it more than once; with a companion it never does, and this is ignored. @defaultValue 0
   */
  readonly retries?: number;
  /** False: a connection that fails or ends is not opened again before `connect()`. @defaultValue true */
  readonly reconnection?: boolean;
  /** @defaultValue 1_000 */
  readonly reconnectionDelay?: number;
  /** @defaultValue 5_000 */
  readonly reconnectionDelayMax?: number;
  /** Share of the delay that is drawn by chance; 1 is full jitter. @defaultValue 1 */
  readonly randomizationFactor?: number;
  /** @defaultValue Infinity */
  readonly reconnectionAttempts?: number;
  /** False: join only at `connect()`. @defaultValue true: at once; with a companion at the first listener, state or emit */
  readonly autoConnect?: boolean;
  readonly path?: string;
  /** Bound on connecting and on the handshake. @defaultValue 20_000 */
  readonly timeout?: number;
  readonly logger?: Logger;
  /**
   * By event the schema of its first argument, of any Standard Schema library such as zod or valibot; not an
   * asynchronous one. Handlers and states get what it returns; what it refuses they don't get at all: that is
   * reported as `invalid_payload` with the issues as `cause`, and counted as `invalid` in `diagnostics()`.
   */
  readonly schemas?: Schemas<Listen>;
  readonly [socketIoOption: string]: unknown;
}
