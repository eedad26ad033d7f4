/** Notifications over the connection. */
import { CommandError } from 'onesocket/server';
import type { App } from '../app.ts';
import { byId, draft, wish } from './schemas.ts';
import type { NotificationService } from './service.ts';

export function handleCommands(realtime: App['realtime'], service: NotificationService): void {
  // Whoever is signed in hears their own notifications anyway; what is asked for is the count to start from.
  realtime.onCommand('subscribe:notifications', (_, { session }) => ({
    unreadCount: service.unreadCount(session.userId),
  }));

  realtime.onCommand('notifications:get', { schema: wish }, ({ unreadOnly }, { session }) =>
    service.inbox(session, { unreadOnly }),
  );

  for (const name of ['notification:mark_read', 'notifications:read']) {
    realtime.onCommand(name, { schema: byId }, async ({ notificationId }, { session }) => {
      const success = await service.markRead(session.userId, notificationId);
      if (!success) throw new CommandError('not_found', 'No such notification');
      return { success };
    });
  }

  realtime.onCommand('notification:delete', { schema: byId }, async ({ notificationId }, { session }) => {
    const success = await service.remove(session.userId, notificationId);
    if (!success) throw new CommandError('not_found', 'No such notification');
    return { success };
  });

  realtime.onCommand('notifications:read_all', async (_, { session }) => ({
    count: await service.markAllRead(session.userId),
  }));

  realtime.onCommand('notifications:send', { schema: draft }, async ({ to, ...notification }) => {
    const { id } = await service.send(to, notification);
    return { id };
  });
}
