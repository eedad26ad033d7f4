import { useEvent } from 'onesocket/react';
import { useRef, useState } from 'react';
import { time } from '../format.ts';
import { socket } from '../socket.ts';
import { Card } from '../ui/card.tsx';

interface Line {
  readonly key: number;
  readonly text: string;
  readonly at: number;
}
const kept = 5;

/** What just happened, whichever tab the exercise was finished in. */
export function Rewards() {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const count = useRef(0);
  function add(text: string): void {
    count.current += 1;
    const line = { key: count.current, text, at: Date.now() };
    setLines((before) => [line, ...before].slice(0, kept));
  }
  useEvent(socket, 'xp:gained', ({ amount, source }) => {
    if (source.startsWith('exercise:')) add(`${amount} XP for an exercise`);
  });
  useEvent(socket, 'coins:earned', ({ amount, reason }) => add(`${amount} coins, ${reason}`));
  useEvent(socket, 'achievement:unlocked', ({ name, xpReward }) => add(`Achievement “${name}”, ${xpReward} XP`));
  useEvent(socket, 'rank:promoted', ({ newRank }) => add(`Promoted to ${newRank.name}`));
  useEvent(socket, 'rank_changed', ({ oldRank, newRank }) => add(`From place ${oldRank} to ${newRank}`));
  return (
    <Card title="Just now" hint="In every tab, whichever one you answered in.">
      <ul className="rewards" aria-live="polite" data-testid="rewards">
        {lines.length === 0 && <li className="hint">Nothing yet: answer an exercise.</li>}
        {lines.map(({ key, text, at }) => (
          <li key={key}>
            <span>{text}</span>
            <time className="hint">{time(at)}</time>
          </li>
        ))}
      </ul>
    </Card>
  );
}
