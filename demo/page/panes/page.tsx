/** Four of the demo's pages side by side: same origin, so they are four tabs of one group. */
import { useState } from 'react';
import { users } from '../../shared/users.ts';
import { hrefTo } from '../router.tsx';
import { session } from '../session.ts';
import { Brand } from '../shell/brand.tsx';
import { Empty } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';

function Pane({ index }: { readonly index: number }) {
  const [open, setOpen] = useState(true);
  const name = `Pane ${index}`;
  return (
    <section className="pane-box" aria-label={`Frame of pane ${index}`}>
      <header className="pane-head">
        <h2>{name}</h2>
        <Button look="quiet" size="small" data-testid={`pane-${index}-toggle`} onClick={() => setOpen(!open)}>
          {open ? 'Close' : 'Open'}
        </Button>
      </header>
      <div className="pane-frame">
        {open ? (
          <iframe title={name} src={hrefTo('/', { pane: String(index) })} data-testid={`pane-${index}`} />
        ) : (
          <Empty
            icon="close"
            title="This tab is closed"
            action={<Button onClick={() => setOpen(true)}>Open it</Button>}
          >
            The others go on. Opened again, it follows whoever leads now.
          </Empty>
        )}
      </div>
    </section>
  );
}

export function Panes() {
  return (
    <div className="panes-page">
      <header className="top">
        <a href={hrefTo('/')} className="home" aria-label="OneSocket, to the Desk">
          <Brand />
        </a>
        <h1>Four panes of {session.user && users[session.user].name.split(' ')[0]}</h1>
        <p className="hint">Four tabs in one window, one connection. Close the pane with the crown.</p>
        <a href={hrefTo('/')} className="button quiet">
          To the Desk
        </a>
      </header>
      <main className="panes" aria-label="Panes">
        {[1, 2, 3, 4].map((index) => (
          <Pane key={index} index={index} />
        ))}
      </main>
    </div>
  );
}
