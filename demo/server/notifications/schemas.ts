/** What may come in, by command or by REST. */
import * as v from 'valibot';
import { categories, notificationTypes } from '../../shared/notifications.ts';
import { userIds } from '../../shared/users.ts';

const text = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most));
/** Within the demo: a link that somebody sends leads nowhere else. */
const ownAddress = v.pipe(v.string(), v.regex(/^\/(?!\/)[\w/-]*$/), v.maxLength(100));

export const byId = v.object({ notificationId: text(64) });

export const wish = v.object({ unreadOnly: v.optional(v.boolean(), false) });

export const draft = v.pipe(
  v.object({
    to: v.picklist(userIds),
    type: v.picklist(notificationTypes),
    category: v.picklist(categories),
    title: text(80),
    message: text(500),
    data: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.null()])), {}),
    actionUrl: v.optional(v.nullable(ownAddress), null),
  }),
  v.check(
    ({ type, actionUrl }) => type !== 'action_required' || actionUrl !== null,
    'action_required needs an actionUrl',
  ),
);
