/** The pages, each a chunk of its own that is loaded when one goes there. */
import type { ComponentType } from 'react';
import type { User } from '../shared/users.ts';
import type { IconName } from './ui/icon.tsx';

export interface PageInfo {
  readonly path: string;
  readonly name: string;
  readonly icon: IconName;
  readonly load: () => Promise<{ readonly Page: ComponentType }>;
  /** Who has something to see there; others are told so. @defaultValue everybody */
  readonly isFor?: (user: User) => boolean;
}

export const pages: readonly PageInfo[] = [
  { path: '/', name: 'Desk', icon: 'desk', load: () => import('./desk/page.tsx') },
  { path: '/notifications', name: 'Notifications', icon: 'bell', load: () => import('./notifications/page.tsx') },
  {
    path: '/learning',
    name: 'Learning',
    icon: 'learning',
    load: () => import('./learning/page.tsx'),
  },
  {
    path: '/shop',
    name: 'Shop',
    icon: 'shop',
    load: () => import('./shop/page.tsx'),
    isFor: ({ shopId }) => shopId !== null,
  },
  {
    path: '/operations',
    name: 'Operations',
    icon: 'operations',
    load: () => import('./operations/page.tsx'),
    isFor: ({ role }) => role === 'admin',
  },
];
