import { time } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { useJournal } from './journal.ts';

export function JournalCard() {
  const lines = useJournal();
  return (
    <Card title="What happened in this tab">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <div className="journal-frame" role="log" aria-label="What happened in this tab" tabIndex={0}>
        <ol className="journal" data-testid="journal">
          {lines.map(({ key, at, text, tone }) => (
            <li key={key} data-tone={tone}>
              <time>{time(at)}</time>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      </div>
    </Card>
  );
}
