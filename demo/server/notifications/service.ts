/** Notifications: stored first, then sent. Whoever is offline finds them in the store at the next sign-in. */
import type { InboxAnswer, Notification, NotificationDraft } from '../../shared/notifications.ts';
import type { App } from '../app.ts';
import type { NotificationRepository } from './repository.ts';

/** A session, or whoever asks by REST. */
type Reader = Parameters<App['realtime']['positionOf']>[0];

export interface NotificationService {
  send(userId: string, draft: NotificationDraft): Promise<Notification>;
  /** Whose tabs are to show them, with the place from which events carry on. */
  inbox(reader: Reader, options?: { readonly unreadOnly?: boolean }): Promise<InboxAnswer>;
  unreadCount(userId: string): number;
  /** False: there is none of this id. */
  markRead(userId: string, id: string): Promise<boolean>;
  /** How many were unread. */
  markAllRead(userId: string): Promise<number>;
  remove(userId: string, id: string): Promise<boolean>;
}

export function createNotificationService(
  { realtime, logbook }: Pick<App, 'realtime' | 'logbook'>,
  repository: NotificationRepository,
): NotificationService {
  const logger = logbook.of('notifications');

  /** The store has it already: a log that is away must not undo that. Tabs load again when it is back. */
  async function tell(userId: string, run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
      await realtime.sendToUser(userId, 'notification:unread_count', {
        unreadCount: repository.unreadCount(userId),
      });
    } catch (error) {
      logger.warn(`What changed for ${userId} could not be sent`, error);
    }
  }

  return {
    async send(userId, draft) {
      const { added, dropped } = repository.add(userId, draft);
      await tell(userId, async () => {
        const event = { notification: added, timestamp: new Date().toISOString() };
        await realtime.sendToUser(userId, 'notification:new', event);
        await realtime.sendToUser(userId, 'notification:created', event);
        for (const notificationId of dropped) {
          await realtime.sendToUser(userId, 'notification:deleted', { notificationId });
        }
      });
      return added;
    },
    async inbox(reader, options = {}) {
      // First the place, then the data: what comes in between is told again, and changes nothing twice.
      const position = await realtime.positionOf(reader);
      const notifications = repository.list(reader.userId, options);
      return { position, state: { notifications, unreadCount: repository.unreadCount(reader.userId) } };
    },
    unreadCount: repository.unreadCount,
    async markRead(userId, id) {
      const success = repository.markRead(userId, id);
      if (success)
        await tell(userId, () => realtime.sendToUser(userId, 'notification:read', { notificationId: id, success }));
      return success;
    },
    async markAllRead(userId) {
      const ids = repository.markAllRead(userId);
      await tell(userId, async () => {
        for (const notificationId of ids) {
          await realtime.sendToUser(userId, 'notification:read', { notificationId, success: true });
        }
      });
      return ids.length;
    },
    async remove(userId, id) {
      const success = repository.remove(userId, id);
      if (success)
        await tell(userId, () => realtime.sendToUser(userId, 'notification:deleted', { notificationId: id }));
      return success;
    },
  };
}
