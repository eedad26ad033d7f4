/** Three things to try, each ticked off when this tab sees it happen. */
import type { Status } from 'onesocket';
import { h, setAttribute, type View } from '../dom.ts';
import type { Tab } from '../tab.ts';

const dismissedKey = 'demo:guide-dismissed';

interface Step {
  readonly title: string;
  readonly how: string;
  readonly watch: string;
}

const steps = {
  open: {
    title: 'Open more tabs',
    how: 'Use “Open another tab” below, two or three times.',
    watch: 'The server still counts one connection, and every tab shows the same hash.',
  },
  lead: {
    title: 'Take the leader away',
    how: 'Close the tab with the crown, or press “Drop out without a goodbye” in it.',
    watch: 'Another tab gets the crown. No hash differs, the cursors go on.',
  },
  cut: {
    title: 'Cut the connection',
    how: 'Press “Cut the connection”, with the feed at 50 per second.',
    watch: 'What was missed comes from the server’s log: still equal, nothing twice.',
  },
} satisfies Record<string, Step>;
type StepName = keyof typeof steps;

function stepItem(name: StepName): HTMLLIElement {
  const { title, how, watch } = steps[name];
  return h(
    'li',
    { class: 'step', testId: `step-${name}` },
    h('h3', {}, title),
    h('p', {}, how),
    h('p', { class: 'watch' }, h('strong', {}, 'Watch: '), watch),
  );
}

export interface Guide extends View {
  show(): void;
}

export function createGuide({ socket, peers, pane }: Tab): Guide {
  const items = { open: stepItem('open'), lead: stepItem('lead'), cut: stepItem('cut') };
  const dismiss = h(
    'button',
    { class: 'button quiet', type: 'button', testId: 'hide-guide', on: { click: hide } },
    'Hide',
  );
  const element = h(
    'section',
    { class: 'guide', 'aria-labelledby': 'guide-title' },
    h('div', { class: 'guide-head' }, h('h2', { id: 'guide-title' }, 'Three things to try'), dismiss),
    h('ol', { class: 'steps' }, ...Object.values(items)),
  );
  element.hidden = pane || localStorage.getItem(dismissedKey) !== null;
  let led: Pick<Status, 'term'> | null = null;
  /** Of the last connection, and whether it was lost: a new leader's first one is no repair of a cut. */
  let connected = { term: 0, lost: false };

  function done(name: StepName): void {
    setAttribute(items[name], 'data-done', true);
  }
  function hide(): void {
    localStorage.setItem(dismissedKey, '1');
    element.hidden = true;
  }

  socket.on('disconnect', () => {
    connected = { ...connected, lost: true };
  });
  socket.on('connect', () => {
    const { term } = socket.status;
    if (connected.lost && connected.term === term && socket.recovered) done('cut');
    connected = { term, lost: false };
  });
  socket.onStatus(({ role, term }) => {
    if (role !== 'leader' && role !== 'follower') return;
    if (led && term > led.term) done('lead');
    led = { term };
  });

  return {
    element,
    render() {
      if (peers.list().length > 1) done('open');
    },
    show() {
      localStorage.removeItem(dismissedKey);
      element.hidden = false;
      element.scrollIntoView({ block: 'nearest' });
    },
  };
}
