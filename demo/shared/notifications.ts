/** What the page and the server of Notifications agree on. */

export const notificationTypes = ['info', 'success', 'warning', 'error', 'action_required'] as const;
export type NotificationType = (typeof notificationTypes)[number];

export const categories = ['event', 'user', 'resource', 'reservation', 'limit', 'error', 'system'] as const;
export type Category = (typeof categories)[number];

export interface Notification {
  readonly id: string;
  readonly type: NotificationType;
  readonly category: Category;
  readonly title: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Where its action is done; of `action_required` always there. */
  readonly actionUrl: string | null;
  readonly read: boolean;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What is needed to make one; the rest is the store's. */
export interface NotificationDraft {
  readonly type: NotificationType;
  readonly category: Category;
  readonly title: string;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly actionUrl?: string | null;
}

/** Newest first. */
export interface Inbox {
  readonly notifications: readonly Notification[];
  readonly unreadCount: number;
}

/** `GET /api/v1/notifications`; `position` goes with `state` into `socket.state()`. */
export interface InboxAnswer {
  readonly state: Inbox;
  readonly position: string;
}

interface Created {
  readonly notification: Notification;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** On the stream of their user. Each but the first goes with a `notification:unread_count`. */
export interface NotificationEvents {
  'notification:new': (event: Created) => void;
  /** The same as `notification:new`, for clients that know it by this name. */
  'notification:created': (event: Created) => void;
  'notification:read': (event: { readonly notificationId: string; readonly success: boolean }) => void;
  'notification:deleted': (event: { readonly notificationId: string }) => void;
  'notification:unread_count': (event: { readonly unreadCount: number }) => void;
}

interface ById {
  readonly notificationId: string;
}

export interface NotificationCommands {
  'subscribe:notifications': (wish: object, ack: (answer: { readonly unreadCount: number }) => void) => void;
  'notifications:get': (wish: { readonly unreadOnly?: boolean }, ack: (answer: InboxAnswer) => void) => void;
  'notification:mark_read': (wish: ById, ack: (answer: { readonly success: boolean }) => void) => void;
  /** The same as `notification:mark_read`. */
  'notifications:read': (wish: ById, ack: (answer: { readonly success: boolean }) => void) => void;
  'notification:delete': (wish: ById, ack: (answer: { readonly success: boolean }) => void) => void;
  'notifications:read_all': (wish: object, ack: (answer: { readonly count: number }) => void) => void;
  /** The demo's own: makes one, for oneself or somebody else. */
  'notifications:send': (
    wish: NotificationDraft & { readonly to: string },
    ack: (answer: { readonly id: string }) => void,
  ) => void;
}
