/** The public types of what `oneSocket()` can be told. */
import type { Schemas } from './schemas.ts';
import type { DefaultEventsMap, Logger } from './types.ts';

export type AuthAnswer = Readonly<Record<string, unknown>> | null | undefined;
/** socket.io-client's forms, and a promise. `null`: signed out, no connection. */
export type Auth =
  | Readonly<Record<string, unknown>>
  | ((answer: (auth: AuthAnswer) => void) => void)
  | (() => Promise<AuthAnswer>);

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
  /** Bound on the wait for a command's outcome. @defaultValue 30_000 */
  readonly ackTimeout?: number;
  /** @defaultValue 1_000 */
  readonly reconnectionDelay?: number;
  /** @defaultValue 5_000 */
  readonly reconnectionDelayMax?: number;
  /** Share of the delay that is drawn by chance; 1 is full jitter. @defaultValue 1 */
  readonly randomizationFactor?: number;
  /** @defaultValue Infinity */
  readonly reconnectionAttempts?: number;
  /** False: join only at `connect()`. @defaultValue true: with the first listener, state, emit or `connect()` */
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
