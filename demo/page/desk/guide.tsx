/** Three things to try, each ticked off when this tab sees it happen. */
import { Button } from '../ui/button.tsx';
import { pulse } from './engine.ts';
import { type Step, steps, useProgress } from './progress.ts';

const words: Record<Step, { readonly title: string; readonly how: string; readonly watch: string }> = {
  open: {
    title: 'Open more tabs',
    how: 'Use “Open another tab” below two or three times, or “Open four panes”.',
    watch: 'The server still counts one connection, and every tab shows the same hash.',
  },
  lead: {
    title: 'Kill the leader',
    how: 'Close the tab with the crown, or press “Crash the leader” in any of them.',
    watch: 'Another tab gets the crown. No hash differs, the cursors go on.',
  },
  cut: {
    title: 'Cut the network',
    how: 'Press “Cut the network for 8 s”, with the feed at 50 per second.',
    watch: 'What was missed comes from the server’s log: still equal, nothing twice.',
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
            <p>{words[step].how}</p>
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
