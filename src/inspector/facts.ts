/** The panel's left half: where the group and this tab stand. */
import type { Diagnostics } from '../client/types.ts';
import { h, setText, table } from './dom.ts';
import { explain, explainDegraded, toStreams } from './explain.ts';
import type { Leadership } from './leaderships.ts';
import { shortId } from './summary.ts';

interface Facts {
  readonly element: HTMLElement;
  show(diagnostics: Diagnostics, leaderships: readonly Leadership[]): void;
}

export function createFacts(): Facts {
  const why = h('p', { class: 'why' });
  const degraded = h('ul', { class: 'degraded' });
  const values = new Map(
    ['Term', 'Connection', 'Recovery', 'This tab', 'Browser', 'Take-overs'].map((name) => [name, h('dd')]),
  );
  const facts = h('dl', {}, ...[...values].map(([name, value]) => h('div', {}, h('dt', {}, name), value)));
  const tabs = table('Tabs', ['Tab', 'Role'], 'No tab of this group is known.');
  const streams = table('Streams', ['Stream', 'Cursor', 'Head', 'Lag', 'Held'], 'This tab is in no stream yet.');
  const commands = table('Commands in flight', ['Command', 'Id', 'Where', 'Given up in'], 'None.');
  const history = table('Leaderships', ['Tab', 'Term', 'Heard at', 'Why'], 'No leader was heard of yet.');
  const counters = table('Counters', ['Counter', 'Count'], 'Nothing was counted yet.');
  const all = [tabs, streams, commands, history, counters].map(({ element }) => element);

  return {
    element: h(
      'div',
      { class: 'facts scroll', tabindex: '0', role: 'region', 'aria-label': 'Where the group stands' },
      ...[h('section', {}, h('h3', {}, 'Who leads'), why, degraded, facts), ...all],
    ),
    show(diagnostics, leaderships) {
      const { status, tab, client, leader, steals } = diagnostics;
      const present = leaderships.at(-1);
      const how = leader !== null && present?.tab === leader ? ` How it came to lead: ${present.why}.` : '';
      setText(why, explain(diagnostics) + how);
      const complaints = explainDegraded(diagnostics);
      if (degraded.childElementCount !== complaints.length) {
        degraded.replaceChildren(...complaints.map((complaint) => h('li', {}, complaint)));
      }
      const texts: Readonly<Record<string, string>> = {
        Term: status.term === 0 ? '–' : String(status.term),
        Connection: status.connection,
        Recovery: status.recovery === 'log' ? 'from the server’s log' : 'none',
        'This tab': shortId(tab),
        Browser: shortId(client) || '–',
        'Take-overs': `${steals} within a minute`,
      };
      for (const [name, value] of values) setText(value, texts[name] ?? '');
      tabs.show(
        diagnostics.tabs.map((id) => [
          shortId(id),
          [id === leader ? 'leads' : 'follows', id === tab ? 'this tab' : ''].filter(Boolean).join(', '),
        ]),
      );
      streams.show(
        toStreams(diagnostics).map(({ stream, cursor, head, lag, held }) => [
          stream,
          cursor === null ? 'not joined' : String(cursor),
          head === null ? '–' : String(head),
          lag === null ? '–' : String(lag),
          held === null ? '' : `${held} (hole)`,
        ]),
      );
      commands.show(
        diagnostics.commands.map(({ name, id, sent, dueInMs }) => [
          name,
          shortId(id),
          sent ? 'sent' : 'waits for a connection',
          dueInMs === null ? 'no bound' : `${Math.ceil(dueInMs / 1_000)} s`,
        ]),
      );
      history.show(
        [...leaderships].reverse().map((each) => [shortId(each.tab), String(each.term), clockTime(each.at), each.why]),
      );
      const counted = Object.entries(diagnostics.counters).filter(([, count]) => count > 0);
      counters.show(counted.map(([name, count]) => [name, String(count)]));
    },
  };
}

/** Local time of day with milliseconds. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
