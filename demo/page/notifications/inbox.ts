/** The user's notifications: one state for all tabs. One of them loads it, events carry it on in all. */
import type { Inbox, InboxAnswer, Notification, NotificationDraft } from '../../shared/notifications.ts';
import { session } from '../session.ts';
import { socket } from '../socket.ts';

const base = '/api/v1/notifications';

/** The loaded list may hold already what an event tells: nothing comes twice. */
const added = (list: readonly Notification[], one: Notification) =>
  list.some(({ id }) => id === one.id) ? list : [one, ...list];

export const inbox = socket.state<Inbox>({
  name: 'inbox',
  load: ({ signal }) => session.request<InboxAnswer>(base, { signal }),
  on: {
    'notification:new': (state, { notification }) => ({
      ...state,
      notifications: added(state.notifications, notification),
    }),
    'notification:read': (state, { notificationId }) => ({
      ...state,
      notifications: state.notifications.map((one) => (one.id === notificationId ? { ...one, read: true } : one)),
    }),
    'notification:deleted': (state, { notificationId }) => ({
      ...state,
      notifications: state.notifications.filter(({ id }) => id !== notificationId),
    }),
    'notification:unread_count': (state, { unreadCount }) => ({ ...state, unreadCount }),
  },
});

// By the connection, or by REST while there is none: the server does the same, and the tabs hear of it as usual.

export async function markRead(notificationId: string): Promise<void> {
  if (socket.connected) await socket.emitWithAck('notification:mark_read', { notificationId });
  else await session.request(`${base}/${notificationId}/read`, { method: 'POST' });
}

export async function markAllRead(): Promise<void> {
  if (socket.connected) await socket.emitWithAck('notifications:read_all', {});
  else await session.request(`${base}/read-all`, { method: 'POST' });
}

export async function remove(notificationId: string): Promise<void> {
  if (socket.connected) await socket.emitWithAck('notification:delete', { notificationId });
  else await session.request(`${base}/${notificationId}`, { method: 'DELETE' });
}

export async function send(wish: NotificationDraft & { readonly to: string }): Promise<void> {
  await socket.emitWithAck('notifications:send', wish);
}
