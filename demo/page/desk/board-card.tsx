import { useSharedState } from 'onesocket/react';
import { type Kind, kinds } from '../../shared/desk.ts';
import { number } from '../format.ts';
import { Badge, type Tone } from '../ui/bits.tsx';
import { Card } from '../ui/card.tsx';
import { board } from './board.ts';
import { useCounts } from './counts.ts';

const kindWords: Record<Kind, string> = { order: 'Orders', payment: 'Payments', parcel: 'Parcels', review: 'Reviews' };
const toneByWord: Readonly<Record<string, Tone>> = { fresh: 'good', stale: 'warn', failed: 'bad' };

const figure = (value: number | undefined) => (value === undefined ? '–' : number(value));

export function BoardCard() {
  const { state, stale, error } = useSharedState(board);
  const loads = useCounts()?.loads;
  const word = error !== undefined && stale ? 'failed' : stale ? (state ? 'stale' : 'loading') : 'fresh';
  const rows = [
    ...kinds.map((kind) => ({ id: `board-${kind}`, label: kindWords[kind], value: state?.totals[kind] })),
    { id: 'board-mine', label: 'Yours', value: state?.mine },
    { id: 'board-loads', label: 'Loads served', value: loads },
  ];
  return (
    <Card
      title="Shared state"
      hint="Loaded once by one tab, then carried on by events in all."
      aside={
        <Badge tone={toneByWord[word] ?? 'plain'} data-testid="board-state">
          {word}
        </Badge>
      }
    >
      <dl className="counters">
        {rows.map(({ id, label, value }) => (
          <div key={id}>
            <dt>{label}</dt>
            <dd data-testid={id}>{figure(value)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
