/** Everything that one can break from here, each with what should happen then. */
import type { Fault } from '../../../shared/desk.ts';
import { dropOut } from '../../drop-out.ts';
import { type Action, actionList } from '../action.ts';
import { h, panel } from '../dom.ts';
import type { Tab } from '../tab.ts';

const hangMs = 10_000;

/** Two frames later the button shows that it was pressed; then nothing runs here until it is over. */
function hang(): Promise<void> {
  return new Promise((done) => {
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const end = performance.now() + hangMs;
        while (performance.now() < end);
        done();
      }),
    );
  });
}

export function createBreak({ socket, user, note, pane }: Tab): HTMLElement {
  const fault = async (kind: Fault, text: string) => {
    await socket.emitWithAck('fault:inject', { kind });
    note(text);
  };
  const tabs: Action[] = [
    {
      testId: 'open-tab',
      label: 'Open another tab',
      effect: 'The server’s count of your connections does not change.',
      href: `/?as=${user}`,
    },
    {
      testId: 'open-panes',
      label: 'Open four panes',
      effect: 'Four of these pages side by side, to watch them at once.',
      href: `/panes?as=${user}`,
    },
    {
      testId: 'hang',
      label: 'Hang this tab for 10 s',
      effect: 'If it leads, a visible tab takes over after 5 s. Watch from another window.',
      run: async () => {
        note('Hanging for 10 s.', 'bad');
        await hang();
        note('Awake again.', 'good');
      },
    },
    {
      testId: 'drop-out',
      label: 'Drop out without a goodbye',
      effect: 'As in a crash: nobody is told and nothing is saved. Then the page loads again.',
      run: dropOut,
    },
  ];
  const line: Action[] = [
    {
      testId: 'cut',
      label: 'Cut the connection',
      effect: 'The server destroys it. The leader connects again and gets what was missed from the log.',
      run: () => fault('cut', 'Asked the server to cut this browser’s connection.'),
    },
    {
      testId: 'skip',
      label: 'Skip an event',
      effect: 'The next packet is lost on its way. The gap is seen and healed.',
      run: () => fault('skip', 'The server loses the next packet of events.'),
    },
    {
      testId: 'repeat',
      label: 'Repeat an event',
      effect: 'The next packet comes twice. The second is dropped as a duplicate.',
      run: () => fault('repeat', 'The server sends the next packet of events twice.'),
    },
    {
      testId: 'reset-log',
      label: 'Restart the server’s log',
      effect: 'For everybody: what cannot be recovered is announced in every tab, and the shared state loads again.',
      run: () => fault('reset', 'Asked the server to forget its log.'),
    },
  ];
  // Panes share one thread: hanging one would hang all four and show nothing.
  const shown = pane ? tabs.filter(({ testId }) => testId === 'drop-out') : tabs;
  return panel(
    'break',
    'Break things',
    h('h3', { class: 'actions-title' }, 'Tabs'),
    actionList(shown, note),
    h('h3', { class: 'actions-title' }, 'Server and line'),
    actionList(line, note),
  );
}
