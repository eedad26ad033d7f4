/** What happened in this tab, newest first. */

import { time } from '../../format.ts';
import { h, panel } from '../dom.ts';
import type { Note } from '../tab.ts';

const linesKept = 60;

export interface Journal {
  readonly element: HTMLElement;
  readonly note: Note;
}

export function createJournal(): Journal {
  const list = h('ol', { class: 'journal', testId: 'journal' });
  // Scrolls, so the keyboard has to reach it.
  const frame = h(
    'div',
    { class: 'journal-frame', role: 'log', 'aria-labelledby': 'panel-journal', tabindex: 0 },
    list,
  );
  return {
    element: panel('journal', 'What happened in this tab', frame),
    note(text, tone = 'plain') {
      const at = h('time', {}, time(Date.now()));
      list.prepend(h('li', { 'data-tone': tone }, at, h('span', {}, text)));
      while (list.children.length > linesKept) list.lastElementChild?.remove();
    },
  };
}
