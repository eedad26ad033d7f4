/** Four of the demo's pages side by side: same origin, so they are four tabs of one group. */
import { people, type UserId } from '../shared.ts';
import { h, setText } from './dom.ts';
import { brand } from './panels/header.ts';
import { rememberedUser } from './session.ts';

const user: UserId = rememberedUser() ?? 'ada';

function pane(index: number): HTMLElement {
  const name = `Pane ${index}`;
  const frame = h('iframe', { title: name, src: `/?as=${user}&pane=${index}`, testId: `pane-${index}` });
  const holder = h('div', { class: 'pane-frame' }, frame);
  const toggle = h(
    'button',
    { class: 'button quiet', type: 'button', testId: `pane-${index}-toggle`, on: { click } },
    'Close',
  );

  function click(): void {
    const open = frame.isConnected;
    if (open) frame.remove();
    else holder.append(frame);
    setText(toggle, open ? 'Open' : 'Close');
  }

  return h(
    'section',
    { class: 'pane', 'aria-label': name },
    h('header', { class: 'pane-head' }, h('h2', {}, name), toggle),
    holder,
  );
}

document.title = `Four panes · ${people[user].split(' ')[0]} · OneSocket`;
document.body.replaceChildren(
  h(
    'div',
    { class: 'panes-page' },
    h(
      'header',
      { class: 'top' },
      brand('h1'),
      h('p', { class: 'tagline' }, 'Four tabs in one window, one connection. Close the pane with the crown.'),
      h(
        'div',
        { class: 'top-actions' },
        h('span', { class: 'who' }, people[user]),
        h('a', { class: 'button quiet', href: `/?as=${user}` }, 'One page'),
      ),
    ),
    h('main', { class: 'panes' }, ...[1, 2, 3, 4].map(pane)),
  ),
);
