/** Three things to try, each with its buttons, and ticked off when a tab of this browser saw it happen. */
import type { ReactNode } from 'react';
import { Button, LinkButton } from '../ui/button.tsx';
import { ActionButton, OpenTab } from './action.tsx';
import { useCounts } from './counts.ts';
import { crashLeader, cutNetwork, endNode } from './deeds.ts';
import { pulse } from './engine.ts';
import { type Step, steps, useProgress } from './progress.ts';

interface Words {
  readonly title: string;
  readonly buttons: ReactNode;
  readonly watch: string;
}

/** On several nodes: what the server half is for. */
function EndNode() {
  if (!useCounts()?.mayEndNode) return null;
  return <ActionButton size="small" testId="try-end-node" label="Kill its node" run={endNode} />;
}

const words: Record<Step, Words> = {
  open: {
    title: 'Open more tabs',
    buttons: (
      <>
        <OpenTab size="small" data-testid="try-open" />
        <LinkButton size="small" to="/panes">
          Open four panes
        </LinkButton>
      </>
    ),
    watch: 'The server still counts one connection, and every tab shows the same hash.',
  },
  lead: {
    title: 'Kill the leader',
    buttons: (
      <>
        <ActionButton size="small" testId="try-crash" label="Crash the leader" run={crashLeader} />
        <EndNode />
      </>
    ),
    watch: 'Another tab gets the crown, and no hash differs. Or close the one with the crown yourself.',
  },
  cut: {
    title: 'Cut the network',
    buttons: <ActionButton size="small" testId="try-cut" label="Cut the network for 8 s" run={cutNetwork} />,
    watch: 'What was missed comes from the server’s log: hashes still equal, nothing lost or twice.',
  },
};

export function Guide({ onHide }: { readonly onHide: () => void }) {
  pulse.use();
  const seen = useProgress();
  return (
    <section className="guide" aria-labelledby="guide-title">
      <div className="guide-head">
        <h2 id="guide-title">Three things to try</h2>
        <Button look="quiet" size="small" data-testid="hide-guide" onClick={onHide}>
          Hide
        </Button>
      </div>
      <ol className="steps">
        {steps.map((step) => (
          <li key={step} className="step" data-testid={`step-${step}`} data-done={seen.has(step) || undefined}>
            <h3>
              {words[step].title}
              {seen.has(step) && <span className="visually-hidden"> (done)</span>}
            </h3>
            <div className="row">{words[step].buttons}</div>
            <p className="watch">
              <strong>Watch: </strong>
              {words[step].watch}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
