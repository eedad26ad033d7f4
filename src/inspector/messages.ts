/** The panel's right half: the last messages, newest last, with what picks some of them. */
import { h, setText } from './dom.ts';
import { clockTime } from './facts.ts';
import { type Entry, matches, maxEntries, type Recorder } from './recorder.ts';

interface Messages {
  readonly element: HTMLElement;
  /** Brings the list up to date; cheap when nothing changed. */
  show(): void;
}

const labelByKind: Readonly<Record<Entry['kind'], string>> = {
  'link in': 'from server',
  'link out': 'to server',
  'channel in': 'from tabs',
  'channel out': 'to tabs',
  status: 'status',
};

export function createMessages(recorder: Recorder): Messages {
  const rowByNumber = new Map<number, HTMLElement>();
  const body = h('tbody');
  const count = h('p', { class: 'note', role: 'status' });
  const kinds = new Set(Object.keys(labelByKind) as Entry['kind'][]);
  const search = h('input', {
    type: 'search',
    placeholder: 'Filter messages',
    'aria-label': 'Filter messages by type or text',
  });
  const checks = [...kinds].map((kind) => {
    const box = h('input', { type: 'checkbox' });
    box.checked = true;
    box.addEventListener('change', () => {
      if (box.checked) kinds.add(kind);
      else kinds.delete(kind);
      filterChanged();
    });
    return h('label', { class: `kind ${toClass(kind)}` }, box, labelByKind[kind]);
  });
  const columns = ['Time', 'Way', 'Type', 'What', 'Bytes'].map((name) => h('th', { scope: 'col' }, name));
  const list = h(
    'div',
    { class: 'list scroll', tabindex: '0', role: 'region', 'aria-label': 'Messages, newest last' },
    h('table', { 'aria-label': 'Messages' }, h('thead', {}, h('tr', {}, ...columns)), body),
  );
  let shownVersion = -1;

  search.addEventListener('input', filterChanged);

  function filterChanged(): void {
    shownVersion = -1;
    show();
  }

  function show(): void {
    if (shownVersion === recorder.version()) return;
    shownVersion = recorder.version();
    const wasAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
    const entries = recorder.entries();
    const picked = entries.filter((entry) => matches(entry, { text: search.value, kinds }));
    const wanted = new Set(picked.map(({ number }) => number));
    for (const [number, row] of rowByNumber) {
      if (wanted.has(number)) continue;
      row.remove();
      rowByNumber.delete(number);
    }
    // Those that stay are in their order already: what is missing goes in before the next that is there.
    let next: Element | null = null;
    for (const entry of [...picked].reverse()) {
      const row = rowByNumber.get(entry.number) ?? toRow(entry);
      if (!row.isConnected) body.insertBefore(row, next);
      rowByNumber.set(entry.number, row);
      next = row;
    }
    const missed = recorder.missed() > 0 ? `, ${recorder.missed()} passed during the pause` : '';
    setText(count, `${picked.length} of ${entries.length} shown, ${maxEntries} at most${missed}`);
    if (wasAtEnd) list.scrollTop = list.scrollHeight;
  }

  return {
    element: h(
      'div',
      { class: 'messages' },
      h(
        'div',
        { class: 'filters' },
        search,
        h('fieldset', {}, h('legend', { class: 'visually-hidden' }, 'Kinds of messages'), ...checks),
      ),
      list,
      count,
    ),
    show,
  };
}

const toClass = (kind: Entry['kind']): string => kind.replace(' ', '-');

function toRow({ at, kind, type, summary, bytes }: Entry): HTMLElement {
  const way = h('span', { class: `tag ${toClass(kind)}` }, labelByKind[kind]);
  const size = h('td', { class: 'number' }, bytes === null || kind === 'status' ? '' : String(bytes));
  return h(
    'tr',
    {},
    h('td', { class: 'time' }, clockTime(at)),
    h('td', {}, way),
    h('th', { scope: 'row' }, type),
    h('td', { class: 'what' }, summary),
    size,
  );
}
