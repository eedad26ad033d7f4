/** Four of the demo's pages side by side: same origin, so they are four tabs of one group. */
import { useState } from 'react';
import { users } from '../../shared/users.ts';
import { Link } from '../router.tsx';
import { Brand } from '../shell/brand.tsx';
import { userId } from '../socket.ts';
import { Button, LinkButton } from '../ui/button.tsx';

function Pane({ index }: { readonly index: number }) {
  const [open, setOpen] = useState(true);
  const name = `Pane ${index}`;
  return (
    <section className="pane-box" aria-label={name}>
      <header className="pane-head">
        <h2>{name}</h2>
        <Button look="quiet" size="small" data-testid={`pane-${index}-toggle`} onClick={() => setOpen(!open)}>
          {open ? 'Close' : 'Open'}
        </Button>
      </header>
      <div className="pane-frame">
        {open && <iframe title={name} src={`/?as=${userId}&pane=${index}`} data-testid={`pane-${index}`} />}
      </div>
    </section>
  );
}

export function Panes() {
  return (
    <div className="panes-page">
      <header className="top">
        <Link to="/" className="home" aria-label="OneSocket, to the Desk">
          <Brand />
        </Link>
        <h1>Four panes of {users[userId].name.split(' ')[0]}</h1>
        <p className="hint">Four tabs in one window, one connection. Close the pane with the crown.</p>
        <LinkButton to="/" look="quiet">
          One page
        </LinkButton>
      </header>
      <main className="panes">
        {[1, 2, 3, 4].map((index) => (
          <Pane key={index} index={index} />
        ))}
      </main>
    </div>
  );
}
