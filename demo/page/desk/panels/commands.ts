/** Commands: sent from any tab, over the leader's connection, applied once, with one outcome. */
import { OneSocketError, type SharedState } from 'onesocket';
import type { Board } from '../../../shared/desk.ts';
import { number } from '../../format.ts';
import { actionList, messageOf } from '../action.ts';
import { h, panel, setText, type View } from '../dom.ts';
import type { Tab } from '../tab.ts';

const outcomeWords = {
  refused: 'refused: the server said no',
  not_sent: 'not sent: safe to repeat',
  unknown: 'unknown: it may have run or not',
} as const;

function wordsFor(error: unknown): string {
  if (!(error instanceof OneSocketError)) return messageOf(error);
  return `${error.outcome ? outcomeWords[error.outcome] : 'failed'} (${error.code})`;
}

export function createCommands({ socket, note }: Tab, board: SharedState<Board>): View {
  const value = h('output', { class: 'counter-value', testId: 'counter-value' }, '–');
  const outcome = h('p', { class: 'outcome', role: 'status', testId: 'command-outcome' }, 'No command sent yet.');

  async function tell(name: string, sent: Promise<string>): Promise<void> {
    const startedAt = performance.now();
    setText(outcome, `${name}: waiting …`);
    const [words, good] = await sent.then(
      (result) => [result, true] as const,
      (error: unknown) => [wordsFor(error), false] as const,
    );
    const text = `${name}: ${words}, after ${Math.round(performance.now() - startedAt)} ms`;
    setText(outcome, text);
    note(text, good ? 'good' : 'bad');
  }

  const add = async (by: number, loseAnswer = false) => {
    const done = await socket.emitWithAck('counter:add', { by, loseAnswer });
    return `the server counted to ${done.value}`;
  };
  const wait = async () => {
    await socket.timeout(1_000).emitWithAck('answer:late', { ms: 3_000 });
    return 'answered';
  };

  const element = panel(
    'commands',
    'Commands',
    h('p', { class: 'counter-line' }, h('span', {}, 'Shared counter'), value),
    outcome,
    actionList(
      [
        {
          testId: 'command-add',
          label: 'Add 1',
          effect: 'A follower’s command goes through the leader; the answer comes back to the tab that asked.',
          run: () => tell('Add 1', add(1)),
        },
        {
          testId: 'command-lose',
          label: 'Add 1, lose the answer',
          effect:
            'The server counts, then cuts the line before it answers. Sent again with the same id, it counts once.',
          run: () => tell('Add 1, answer lost', add(1, true)),
        },
        {
          testId: 'command-refused',
          label: 'Add 1,000',
          effect: 'More than the server allows: the outcome is a refusal with its code.',
          run: () => tell('Add 1,000', add(1_000)),
        },
        {
          testId: 'command-timeout',
          label: 'Give up after 1 s',
          effect: 'The server takes 3 s. After a time-out nobody can say what happened, and the outcome says so.',
          run: () => tell('Give up after 1 s', wait()),
        },
      ],
      note,
    ),
  );

  return {
    element,
    render() {
      const counter = board.getSnapshot().state?.counter;
      setText(value, counter === undefined ? '–' : number(counter));
    },
  };
}
