/** Commands: sent from any tab, over the leader's connection, applied once, with one outcome. */
import { OneSocketError } from 'onesocket';
import { useSharedState } from 'onesocket/react';
import { useState } from 'react';
import { number } from '../format.ts';
import { socket } from '../socket.ts';
import { Card } from '../ui/card.tsx';
import { messageOf } from '../ui/use-action.ts';
import { Action } from './action.tsx';
import { board } from './board.ts';
import { note } from './journal.ts';

const outcomeWords = {
  refused: 'refused: the server said no',
  not_sent: 'not sent: safe to repeat',
  unknown: 'unknown: it may have run or not',
} as const;

function wordsFor(error: unknown): string {
  if (!(error instanceof OneSocketError)) return messageOf(error);
  return `${error.outcome ? outcomeWords[error.outcome] : 'failed'} (${error.code})`;
}

const add = async (by: number, loseAnswer = false) => {
  const done = await socket.emitWithAck('counter:add', { by, loseAnswer });
  return `the server counted to ${done.value}`;
};
const giveUp = async () => {
  await socket.timeout(1_000).emitWithAck('answer:late', { ms: 3_000 });
  return 'answered';
};

const commands = [
  {
    testId: 'command-add',
    label: 'Add 1',
    effect: 'A follower’s command goes through the leader; the answer comes back to the tab that asked.',
    send: () => add(1),
  },
  {
    testId: 'command-lose',
    label: 'Add 1, lose the answer',
    effect: 'The server counts, then cuts the line before it answers. Sent again by itself, it counts once.',
    send: () => add(1, true),
  },
  {
    testId: 'command-refused',
    label: 'Add 1,000',
    effect: 'More than the server allows: the outcome is a refusal with its code.',
    send: () => add(1_000),
  },
  {
    testId: 'command-timeout',
    label: 'Give up after 1 s',
    effect: 'The server takes 3 s. After a time-out nobody can say what happened, and the outcome says so.',
    send: giveUp,
  },
] as const;

export function CommandsCard() {
  const counter = useSharedState(board).state?.counter;
  const [outcome, setOutcome] = useState('No command sent yet.');

  async function tell(name: string, sent: Promise<string>): Promise<void> {
    const startedAt = performance.now();
    setOutcome(`${name}: waiting …`);
    const [words, good] = await sent.then(
      (result) => [result, true] as const,
      (error: unknown) => [wordsFor(error), false] as const,
    );
    const text = `${name}: ${words}, after ${Math.round(performance.now() - startedAt)} ms`;
    setOutcome(text);
    note(text, good ? 'good' : 'bad');
  }

  return (
    <Card title="Commands">
      <p className="counter-line">
        <span>Shared counter</span>
        <output className="counter-value" data-testid="counter-value">
          {counter === undefined ? '–' : number(counter)}
        </output>
      </p>
      <p className="outcome" role="status" data-testid="command-outcome">
        {outcome}
      </p>
      <ul className="actions">
        {commands.map(({ send, label, ...rest }) => (
          <Action key={label} {...rest} label={label} run={() => tell(label, send())} />
        ))}
      </ul>
    </Card>
  );
}
