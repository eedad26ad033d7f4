/** The same by REST, for clients without a connection. What changes here reaches the open tabs. */
import { HttpError } from '../http/error.ts';
import type { Route } from '../http/router.ts';
import type { NotificationService } from './service.ts';

const base = '/api/v1/notifications';

function found(success: boolean): { readonly success: true } {
  if (!success) throw new HttpError(404, 'No such notification');
  return { success };
}

export function notificationRoutes(service: NotificationService): readonly Route[] {
  return [
    {
      method: 'GET',
      path: base,
      handle: ({ caller, query }) => service.inbox(caller, { unreadOnly: query.get('unreadOnly') === 'true' }),
    },
    {
      method: 'GET',
      path: `${base}/unread/count`,
      handle: ({ caller }) => ({ unreadCount: service.unreadCount(caller.userId) }),
    },
    {
      method: 'POST',
      path: `${base}/read-all`,
      handle: async ({ caller }) => ({ count: await service.markAllRead(caller.userId) }),
    },
    {
      method: 'POST',
      path: `${base}/:id/read`,
      handle: async ({ caller, params: { id = '' } }) => found(await service.markRead(caller.userId, id)),
    },
    {
      method: 'DELETE',
      path: `${base}/:id`,
      handle: async ({ caller, params: { id = '' } }) => found(await service.remove(caller.userId, id)),
    },
  ];
}
