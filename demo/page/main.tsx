/** The page's start: somebody to be, then the application, which is loaded when it is wanted. */
import { type ComponentType, lazy, Suspense, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { prepareDropOut } from './drop-out.ts';
import { session } from './session.ts';
import { Brand } from './shell/brand.tsx';
import { SignIn } from './sign-in/sign-in.tsx';
import { startTheme } from './theme.ts';

// Before anything else registers for the page's last events.
prepareDropOut();
startTheme();

/** Four frames are four tabs; the page around them is none, and has no socket. */
const App: ComponentType = lazy(async () => ({
  default: location.pathname === '/panes' ? (await import('./panes/page.tsx')).Panes : (await import('./app.tsx')).App,
}));

/** The application's head, where it will stand; its file is on the way. */
function Starting() {
  return (
    <div className="shell">
      <header className="top">
        <Brand />
      </header>
      <p className="starting" role="status">
        Loading …
      </p>
    </div>
  );
}

function Start() {
  const [user, setUser] = useState(session.user);
  if (!user) {
    return (
      <SignIn
        onChoose={(chosen) => {
          session.signIn(chosen);
          setUser(chosen);
        }}
      />
    );
  }
  return (
    <Suspense fallback={<Starting />}>
      <App />
    </Suspense>
  );
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<Start />);
