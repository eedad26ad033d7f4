/** Where notifications are kept: rows of the database, at most so many per user. */
import { randomUUID } from 'node:crypto';
import type { Notification, NotificationDraft } from '../../shared/notifications.ts';
import type { Database } from '../database.ts';

export interface NotificationRepository {
  /** Nothing was ever stored. */
  isNew(): boolean;
  /** Stores it, and lets go of the user's oldest beyond the limit: those are returned. */
  add(userId: string, draft: NotificationDraft): { readonly added: Notification; readonly dropped: readonly string[] };
  /** Newest first. */
  list(userId: string, options?: { readonly unreadOnly?: boolean }): readonly Notification[];
  unreadCount(userId: string): number;
  /** False: the user has none of this id. */
  markRead(userId: string, id: string): boolean;
  /** Ids of those that were unread. */
  markAllRead(userId: string): readonly string[];
  remove(userId: string, id: string): boolean;
}

interface Row {
  readonly id: string;
  readonly type: string;
  readonly category: string;
  readonly title: string;
  readonly message: string;
  readonly data: string;
  readonly action_url: string | null;
  readonly read: number;
  readonly created_at: string;
}

const toNotification = (row: Row): Notification => ({
  id: row.id,
  type: row.type as Notification['type'],
  category: row.category as Notification['category'],
  title: row.title,
  message: row.message,
  data: JSON.parse(row.data),
  actionUrl: row.action_url,
  read: row.read === 1,
  createdAt: row.created_at,
});

const idOf = ({ id }: { readonly id: string }) => id;

export function createNotificationRepository(db: Database, maxPerUser: number): NotificationRepository {
  db.migrate(`
    CREATE TABLE IF NOT EXISTS notifications (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, type TEXT NOT NULL,
      category TEXT NOT NULL, title TEXT NOT NULL, message TEXT NOT NULL, data TEXT NOT NULL, action_url TEXT,
      read INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS notifications_by_user ON notifications (user_id, seq);
  `);

  return {
    isNew: () => !db.get("SELECT 1 FROM sqlite_sequence WHERE name = 'notifications'"),
    add: (userId, { type, category, title, message, data = {}, actionUrl = null }) =>
      db.transaction(() => {
        const notification: Notification = {
          ...{ id: randomUUID(), type, category, title, message, data, actionUrl, read: false },
          createdAt: new Date().toISOString(),
        };
        db.run(
          `INSERT INTO notifications (id, user_id, type, category, title, message, data, action_url, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[notification.id, userId, type, category, title, message, JSON.stringify(data), actionUrl],
          notification.createdAt,
        );
        const dropped = db.all<{ id: string }>(
          `DELETE FROM notifications WHERE user_id = ? AND seq <=
             (SELECT seq FROM notifications WHERE user_id = ? ORDER BY seq DESC LIMIT 1 OFFSET ?) RETURNING id`,
          ...[userId, userId, maxPerUser],
        );
        return { added: notification, dropped: dropped.map(idOf) };
      }),
    list: (userId, { unreadOnly = false } = {}) =>
      db
        .all<Row>(
          `SELECT * FROM notifications WHERE user_id = ? ${unreadOnly ? 'AND read = 0' : ''} ORDER BY seq DESC`,
          userId,
        )
        .map(toNotification),
    unreadCount: (userId) =>
      db.get<{ count: number }>('SELECT count(*) AS count FROM notifications WHERE user_id = ? AND read = 0', userId)
        ?.count ?? 0,
    markRead: (userId, id) => db.run('UPDATE notifications SET read = 1 WHERE user_id = ? AND id = ?', userId, id) > 0,
    markAllRead: (userId) =>
      db
        .all<{ id: string }>('UPDATE notifications SET read = 1 WHERE user_id = ? AND read = 0 RETURNING id', userId)
        .map(idOf),
    remove: (userId, id) => db.run('DELETE FROM notifications WHERE user_id = ? AND id = ?', userId, id) > 0,
  };
}
