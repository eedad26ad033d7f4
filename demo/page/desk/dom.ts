/** The few DOM helpers of the page. Text goes in as text only; nothing here parses HTML. */

type Handlers = { readonly [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void };
type Child = Node | string | null;

export interface Props {
  readonly class?: string;
  readonly testId?: string;
  readonly on?: Handlers;
  readonly [attribute: string]: unknown;
}

function apply(element: Element, { class: className, testId, on, ...attributes }: Props): void {
  if (className) element.setAttribute('class', className);
  if (testId) element.setAttribute('data-testid', testId);
  for (const [name, handler] of Object.entries(on ?? {})) element.addEventListener(name, handler as EventListener);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
}

/** Touches the element only when the value is another. `false`, `null` and `undefined` take the attribute away. */
export function setAttribute(element: Element, name: string, value: unknown): void {
  if (value === false || value === null || value === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
    return;
  }
  const text = value === true ? '' : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Touches the node only when the text is another, so that nothing is laid out or announced for nothing. */
export function setText(node: Node, text: string | number): void {
  const next = String(text);
  if (node.textContent !== next) node.textContent = next;
}

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  apply(element, props);
  for (const child of children) if (child !== null) element.append(child);
  return element;
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Node[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  apply(element, props);
  element.append(...children);
  return element;
}

export interface View {
  readonly element: HTMLElement;
  /** Brings what is shown up to date; cheap when nothing changed. */
  render(): void;
}

/** A titled box of the page. */
export function panel(name: string, title: string, ...children: Child[]): HTMLElement {
  const id = `panel-${name}`;
  return h(
    'section',
    { class: `panel panel-${name}`, 'aria-labelledby': id },
    h('h2', { class: 'panel-title', id }, title),
    ...children,
  );
}
