/** The few DOM helpers of the panel. Text goes in as text only; nothing here parses HTML. */

type Attributes = Readonly<Record<string, string>>;

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function button(label: string, onClick: () => void): HTMLButtonElement {
  const element = h('button', { type: 'button' }, label);
  element.addEventListener('click', onClick);
  return element;
}

/** Touches the node only when the text is another, so that nothing is laid out or announced for nothing. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

interface Table {
  readonly element: HTMLElement;
  /** The cells' texts, row by row; a row's first cell is its heading. */
  show(rows: readonly (readonly string[])[]): void;
}

/** Rows that one table shows; what is beyond is counted. */
const maxRows = 50;

/** A table with a title and, in place of no rows, a sentence. Rows are used again, so that a selection in them stays. */
export function table(title: string, columns: readonly string[], empty: string): Table {
  const body = h('tbody');
  const note = h('p', { class: 'note' }, empty);
  const heads = columns.map((column) => h('th', { scope: 'col' }, column));
  const grid = h('table', { 'aria-label': title }, h('thead', {}, h('tr', {}, ...heads)), body);
  const shown: (readonly HTMLElement[])[] = [];
  return {
    element: h('section', {}, h('h3', {}, title), grid, note),
    show(rows) {
      const some = rows.slice(0, maxRows);
      for (const [index, texts] of some.entries()) {
        const cells = shown[index] ?? texts.map((_, at) => (at === 0 ? h('th', { scope: 'row' }) : h('td')));
        if (!shown[index]) {
          shown.push(cells);
          body.append(h('tr', {}, ...cells));
        }
        for (const [at, cell] of cells.entries()) setText(cell, texts[at] ?? '');
      }
      for (const cells of shown.splice(some.length)) cells[0]?.parentElement?.remove();
      grid.hidden = some.length === 0;
      note.hidden = some.length > 0 && rows.length === some.length;
      setText(note, some.length === 0 ? empty : `and ${rows.length - some.length} more`);
    },
  };
}
