/** What everybody finds at the first sign-in: it was stored while nobody was there. */
import type { NotificationDraft } from '../../shared/notifications.ts';
import { userIds } from '../../shared/users.ts';
import type { NotificationRepository } from './repository.ts';

const drafts: readonly NotificationDraft[] = [
  {
    type: 'info',
    category: 'system',
    title: 'This was waiting for you',
    message: 'It was stored before you signed in. Whoever is away finds what came meanwhile.',
  },
  {
    type: 'success',
    category: 'user',
    title: 'Read in one tab, read in all',
    message: 'Open a second tab, then mark this one as read: the bell changes in both.',
  },
  {
    type: 'action_required',
    category: 'event',
    title: 'Watch a fail-over',
    message: 'Four panes of this page side by side. Close the one that leads.',
    actionUrl: '/panes',
  },
];

export function welcome(repository: NotificationRepository): void {
  for (const user of userIds) {
    for (const draft of drafts) repository.add(user, draft);
  }
}
