/** A button with a line that says what it does and what to watch for. */
import { h, setAttribute } from './dom.ts';
import type { Note } from './tab.ts';

export interface Action {
  readonly testId: string;
  readonly label: string;
  readonly effect: string;
  /** A link instead of a button, opened in a new tab. */
  readonly href?: string;
  readonly run?: () => unknown;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function actionItem({ testId, label, effect, href, run }: Action, note: Note): HTMLLIElement {
  const describedBy = `effect-${testId}`;
  const common = { class: 'button', testId, 'aria-describedby': describedBy };
  // `noopener` also gives the new tab a process of its own, so that hanging one does not hang the other.
  const control = href
    ? h('a', { ...common, href, target: '_blank', rel: 'noopener' }, label)
    : h('button', { ...common, type: 'button', on: { click } }, label);
  let busy = false;

  async function click(): Promise<void> {
    if (busy) return;
    busy = true;
    setAttribute(control, 'aria-busy', 'true');
    try {
      await run?.();
    } catch (error) {
      note(`${label}: ${messageOf(error)}`, 'bad');
    } finally {
      busy = false;
      setAttribute(control, 'aria-busy', null);
    }
  }

  return h('li', { class: 'action' }, control, h('p', { class: 'effect', id: describedBy }, effect));
}

export function actionList(actions: readonly Action[], note: Note): HTMLUListElement {
  return h('ul', { class: 'actions' }, ...actions.map((action) => actionItem(action, note)));
}
