/** What the companion can be told, and what holds when it isn't. */

import type { ChannelsOption } from './channels.ts';
import type { CommandStore } from './command-store.ts';
import type { Authenticate } from './identity.ts';
import type { Limits } from './limits.ts';
import type { EventLog } from './log.ts';
import type { Logger } from './ports.ts';
import type { Registry, SessionsPolicy } from './registry.ts';
import type { RoomStore } from './room-store.ts';
import type { ModuleByType } from './router.ts';

export interface RealtimeOptions {
  /** Says who a token belongs to. Absent: everybody is the one user `anonymous`. */
  readonly authenticate?: Authenticate;
  /** How long `authenticate` may take. @defaultValue 10_000 */
  readonly authTimeoutMs?: number;
  /** Channels that clients may join, and through which filters. @defaultValue none */
  readonly channels?: ChannelsOption;
  /** Where events are kept for replay. @defaultValue `memoryLog()` */
  readonly log?: EventLog;
  /** Who is connected. @defaultValue this process's memory */
  readonly registry?: Registry;
  /** The outcomes of commands. @defaultValue this process's memory */
  readonly commandStore?: CommandStore;
  /** Which rooms the app put users into. @defaultValue this process's memory */
  readonly roomStore?: RoomStore;
  /** When another browser of the same user is connected: both stay, the newer or the older one. @defaultValue 'multi' */
  readonly sessions?: SessionsPolicy;
  /**
   * The module of each type of event; types that are missing belong to none. Decides who of a shop hears an event,
   * and what a client ignores for want of the module. @defaultValue none
   */
  readonly moduleByType?: ModuleByType;
  /** Missing events that are replayed; beyond it the client loads its state again. @defaultValue 10_000 */
  readonly maxReplay?: number;
  /** Events per page of a replay. @defaultValue 200 */
  readonly pageSize?: number;
  /** Events per live frame. @defaultValue 64 */
  readonly frameEvents?: number;
  /** How long a command may be repeated; for the memory store. @defaultValue 600_000 */
  readonly commandWindowMs?: number;
  /** Commands remembered per user; for the memory store. @defaultValue 1_000 */
  readonly maxCommandsPerUser?: number;
  /** How long a command's handler may take. @defaultValue 30_000 */
  readonly leaseMs?: number;
  /** What clients may ask for; the defaults are at each. */
  readonly limits?: Partial<Limits>;
  /** @defaultValue silent */
  readonly logger?: Logger;
}
