/** Every event and command of the demo, by feature: what `oneSocket` and `attachRealtime` are typed with. */
import type { DeskCommands, DeskEvents } from './desk.ts';
import type { LearningCommands, LearningEvents } from './learning.ts';
import type { NotificationCommands, NotificationEvents } from './notifications.ts';
import type { OperationsCommands, OperationsEvents } from './operations.ts';
import type { ShopCommands, ShopEvents } from './shop.ts';

/** From the server. */
export interface ServerEvents extends DeskEvents, NotificationEvents, LearningEvents, ShopEvents, OperationsEvents {}

/** To the server; the last argument is the answer. */
export interface ClientEvents
  extends DeskCommands,
    NotificationCommands,
    LearningCommands,
    ShopCommands,
    OperationsCommands {}
