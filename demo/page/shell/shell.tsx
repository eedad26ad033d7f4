/** Around every page: the way to the others, what the connection does, the bell, and who is signed in. */
import type { ReactNode } from 'react';
import { users } from '../../shared/users.ts';
import { pages } from '../pages.ts';
import { Link } from '../router.tsx';
import { userId } from '../socket.ts';
import { Icon } from '../ui/icon.tsx';
import { Bell } from './bell.tsx';
import { Brand } from './brand.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import { isPane, paneName } from './pane.ts';
import { UserMenu } from './user-menu.tsx';

function Navigation({ path }: { readonly path: string }) {
  const shown = pages.filter(({ isFor }) => isFor?.(users[userId]) ?? true);
  return (
    <nav className="nav" aria-label="Pages">
      <ul>
        {shown.map((page) => (
          <li key={page.path}>
            <Link
              to={page.path}
              aria-current={page.path === path ? 'page' : undefined}
              data-testid={`nav-${page.icon}`}
            >
              <Icon name={page.icon} />
              <span>{page.name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

export function Shell({ path, children }: { readonly path: string; readonly children: ReactNode }) {
  if (isPane) {
    return (
      <main className="content pane" aria-label={paneName}>
        {children}
      </main>
    );
  }
  return (
    <div className="shell">
      <a className="button skip" href="#content">
        Skip to the page
      </a>
      <header className="top">
        <Link to="/" className="home" aria-label="OneSocket, to the Desk">
          <Brand />
        </Link>
        <div className="top-actions">
          <ConnectionBadge />
          <Bell />
          <UserMenu />
        </div>
      </header>
      <Navigation path={path} />
      <main className="content" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
