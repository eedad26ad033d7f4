/** Where this tab stands: role, term, connection, streams and counters. */
import type { CounterName, Status } from 'onesocket';
import { connectionWords, number, roleWords, shortId, streamWords } from '../../format.ts';
import { h, panel, setAttribute, setText, type View } from '../dom.ts';
import type { Tab } from '../tab.ts';

const counterWords: Partial<Record<CounterName, string>> = {
  delivered: 'Delivered',
  duplicates: 'Duplicates dropped',
  gaps: 'Gaps found',
  healed: 'Gaps healed',
  refreshes: 'Refreshes',
  syncs: 'Syncs',
  posts: 'Posts to tabs',
  takeovers: 'Take-overs',
  results: 'Command results',
  refused: 'Refused',
  notSent: 'Not sent',
  unknown: 'Unknown outcome',
  malformed: 'Malformed dropped',
  handlerErrors: 'Handler errors',
};

const explanations: Record<Status['role'], string> = {
  electing: 'Finding out who leads.',
  leader: 'Holds the one connection, for all tabs.',
  follower: 'Gets everything from the leader, and checks it.',
  solo: 'This browser can’t share: the tab has a connection of its own.',
  none: 'Not in the group.',
};

function fact(label: string, testId: string) {
  const value = h('dd', { testId }, '–');
  return { value, element: h('div', {}, h('dt', {}, label), value) };
}

function streamRow(stream: string) {
  const cursor = h('td', { class: 'num', testId: `cursor-${streamWords(stream)}` });
  const range = h('td', { class: 'num range' });
  const hash = h('td', { class: 'hash', testId: stream === 'all' ? 'hash' : `hash-${streamWords(stream)}` });
  const name = h('th', { scope: 'row', title: stream }, streamWords(stream));
  return { element: h('tr', {}, name, cursor, range, hash), cursor, range, hash };
}

export function createThisTab({ socket, ledger, note }: Tab): View {
  const role = h('p', { class: 'role-name', testId: 'role' });
  const explanation = h('p', { class: 'role-text' });
  const badge = h(
    'div',
    { class: 'role-badge' },
    h('span', { class: 'badge-mark', 'aria-hidden': 'true' }),
    h('div', {}, role, explanation),
  );
  const facts = {
    connection: fact('Connection', 'connection'),
    term: fact('Term', 'term'),
    recovery: fact('Recovery', 'recovery'),
    tabs: fact('Tabs known', 'tabs'),
    tab: fact('Tab', 'tab-id'),
    client: fact('Browser', 'client-id'),
  };
  const reason = h('p', { class: 'reason', role: 'status', testId: 'reason' });
  const streams = h('tbody', { testId: 'streams' });
  const rowByStream = new Map<string, ReturnType<typeof streamRow>>();
  const counters = new Map<CounterName, HTMLElement>();
  const counterList = h('dl', { class: 'counters' });
  for (const [name, label] of Object.entries(counterWords) as [CounterName, string][]) {
    const value = h('dd', { testId: `counter-${name}`, 'data-counter': name }, '0');
    counters.set(name, value);
    counterList.append(h('div', {}, h('dt', {}, label), value));
  }
  const toggle = h(
    'button',
    { class: 'button quiet', type: 'button', testId: 'toggle-connect', on: { click: onToggle } },
    'Leave the group',
  );
  const copy = h(
    'button',
    { class: 'button quiet', type: 'button', testId: 'copy-diagnostics', on: { click: onCopy } },
    'Copy diagnostics',
  );
  const element = panel(
    'this-tab',
    'This tab',
    badge,
    h('dl', { class: 'facts' }, ...Object.values(facts).map((each) => each.element)),
    reason,
    h(
      'table',
      { class: 'streams' },
      h('caption', { class: 'visually-hidden' }, 'Streams, with the last block of ids that this tab saw whole'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Stream'),
          h('th', { scope: 'col', class: 'num' }, 'Cursor'),
          h('th', { scope: 'col', class: 'num range' }, 'Block'),
          h('th', { scope: 'col' }, 'Hash'),
        ),
      ),
      streams,
    ),
    counterList,
    h('div', { class: 'row' }, toggle, copy),
  );

  const outside = () => ['idle', 'closed', 'failed', 'signed-out'].includes(socket.status.connection);

  function onToggle(): void {
    if (outside()) socket.connect();
    else socket.disconnect();
  }

  async function onCopy(): Promise<void> {
    await navigator.clipboard.writeText(JSON.stringify(socket.diagnostics(), null, 2)).then(
      () => note('Diagnostics copied.'),
      () => note('The browser did not let the page copy.', 'bad'),
    );
  }

  function renderStreams(cursors: Readonly<Record<string, { readonly id: number }>>): void {
    const blocks = ledger.blocks();
    for (const stream of Object.keys(cursors).sort()) {
      const row = rowByStream.get(stream) ?? streamRow(stream);
      if (!rowByStream.has(stream)) streams.append(row.element);
      rowByStream.set(stream, row);
      const block = blocks[stream]?.at(-1);
      setText(row.cursor, number(cursors[stream]?.id ?? 0));
      setText(row.range, block ? `${number(block.from)}–${number(block.to)}` : '–');
      setText(row.hash, block?.hash ?? 'not yet');
    }
  }

  return {
    element,
    render() {
      const { status, counters: counted, cursors, tab, tabs, client } = socket.diagnostics();
      setAttribute(element, 'data-role', status.role);
      setAttribute(element, 'data-connection', status.connection);
      setText(role, roleWords[status.role]);
      setText(explanation, explanations[status.role]);
      setText(facts.connection.value, connectionWords[status.connection]);
      setText(facts.recovery.value, status.recovery === 'log' ? 'From the log' : 'None');
      setText(facts.term.value, status.term);
      setText(facts.tabs.value, tabs.length);
      setText(facts.tab.value, shortId(tab));
      setText(facts.client.value, shortId(client));
      const trouble = [status.reason?.message, ...status.degraded].filter(Boolean).join(' · ');
      setText(reason, trouble);
      setText(toggle, outside() ? 'Join the group' : 'Leave the group');
      renderStreams(cursors);
      for (const [name, value] of counters) setText(value, number(counted[name]));
    },
  };
}
