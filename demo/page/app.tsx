/** The application of somebody who is signed in: the shell, and in it the page of the address. */
import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { users } from '../shared/users.ts';
import { startEngine } from './desk/engine.ts';
import { startProgress } from './desk/progress.ts';
import { pages } from './pages.ts';
import { usePath } from './router.tsx';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { Shell } from './shell/shell.tsx';
import { signedOutElsewhere } from './sign-out.ts';
import { socket, userId } from './socket.ts';
import { showInTabStrip } from './tab-strip.ts';
import { Empty, Skeleton } from './ui/bits.tsx';
import { LinkButton } from './ui/button.tsx';

// Also on other pages: the Desk of another tab shows this one.
startEngine();
startProgress();

const pageByPath = new Map<string, ComponentType>(
  pages.map(({ path, load }) => [path, lazy(async () => ({ default: (await load()).Page }))]),
);

function Route({ path }: { readonly path: string }) {
  const info = pages.find((page) => page.path === path);
  const Page = pageByPath.get(path);
  if (!info || !Page) {
    return (
      <Empty icon="search" title="There is no such page" action={<LinkButton to="/">To the Desk</LinkButton>}>
        The address may be mistyped.
      </Empty>
    );
  }
  if (info.isFor?.(users[userId]) === false) {
    return (
      <Empty
        icon="info"
        title={`${info.name} is not for ${users[userId].name}`}
        action={<LinkButton to="/">To the Desk</LinkButton>}
      >
        Sign out, and sign in as somebody else to see it.
      </Empty>
    );
  }
  return (
    <Suspense fallback={<Skeleton rows={6} />}>
      <Page />
    </Suspense>
  );
}

export function App() {
  const path = usePath();
  useEffect(() => {
    const show = () => showInTabStrip(userId, socket.status);
    show();
    return socket.onStatus((status) => {
      show();
      if (status.connection === 'signed-out') signedOutElsewhere();
    });
  }, []);
  return (
    <Shell path={path}>
      <ErrorBoundary key={path}>
        <Route path={path} />
      </ErrorBoundary>
    </Shell>
  );
}
