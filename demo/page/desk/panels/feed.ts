/** The live feed: newest on top, a fixed number of rows that are filled anew, so that 200 a second stay smooth. */
import type { StreamEvent } from 'onesocket';
import { rates } from '../../../shared/desk.ts';
import { number, streamWords, time } from '../../format.ts';
import { messageOf } from '../action.ts';
import { h, panel, setAttribute, setText, type View } from '../dom.ts';
import type { Tab } from '../tab.ts';

const rowsShown = 12;

function feedRow() {
  const id = h('span', { class: 'feed-id' });
  const stream = h('span', { class: 'chip' });
  const text = h('span', { class: 'feed-text' });
  const at = h('span', { class: 'feed-time' });
  return { element: h('li', { class: 'feed-row' }, id, stream, text, at), id, stream, text, at };
}

/** Payloads are shown as text, whatever is in them. */
function textOf({ type, payload }: StreamEvent): string {
  if (typeof payload !== 'object' || payload === null) return type;
  if ('text' in payload) return String(payload.text);
  if ('perSecond' in payload && 'by' in payload) return `${payload.by} set the feed to ${payload.perSecond} per second`;
  if ('value' in payload && 'by' in payload) return `${payload.by} counted to ${payload.value}`;
  return type;
}

export interface Feed extends View {
  add(event: StreamEvent): void;
  /** The rate that the server runs at. */
  showRate(perSecond: number | undefined): void;
}

export function createFeed({ socket, note }: Tab): Feed {
  const rows = Array.from({ length: rowsShown }, feedRow);
  const inputs = rates.map((rate) =>
    h('input', {
      type: 'radio',
      name: 'rate',
      value: rate,
      id: `rate-${rate}`,
      testId: `rate-${rate}`,
      on: { change },
    }),
  );
  const empty = h('p', { class: 'feed-empty' }, 'No events yet.');
  const seen = h('span', { class: 'feed-seen', testId: 'delivered' }, '0');
  const element = panel(
    'feed',
    'Live feed',
    h(
      'div',
      { class: 'feed-bar' },
      h(
        'fieldset',
        { class: 'segments' },
        h('legend', {}, 'Events per second'),
        ...inputs.flatMap((input, i) => [input, h('label', { for: input.id }, String(rates[i]))]),
      ),
      h('p', { class: 'feed-count' }, seen, ' handled here'),
    ),
    h(
      'div',
      { class: 'feed-frame' },
      empty,
      h('ol', { class: 'feed', testId: 'feed' }, ...rows.map((row) => row.element)),
    ),
  );
  /** Newest first. */
  let latest: StreamEvent[] = [];
  let count = 0;
  let dirty = false;

  let shownRate: number | undefined;

  function showRate(perSecond: number | undefined): void {
    shownRate = perSecond;
    for (const input of inputs) input.checked = Number(input.value) === perSecond;
  }

  function change(event: Event): void {
    const perSecond = Number((event.target as HTMLInputElement).value);
    socket.emitWithAck('feed:set_rate', { perSecond }).catch((error) => {
      note(`The rate was not set: ${messageOf(error)}.`, 'bad');
      showRate(shownRate);
    });
  }

  return {
    element,
    add(event) {
      latest = [event, ...latest.slice(0, rowsShown - 1)];
      count += 1;
      dirty = true;
    },
    showRate,
    render() {
      if (!dirty) return;
      dirty = false;
      empty.hidden = true;
      setText(seen, number(count));
      for (const [i, row] of rows.entries()) {
        const event = latest[i];
        if (!event) continue;
        setText(row.id, number(event.id));
        setText(row.stream, streamWords(event.stream));
        setAttribute(row.stream, 'data-own', event.stream !== 'all');
        setText(row.text, textOf(event));
        setText(row.at, time(event.timestamp));
      }
    },
  };
}
