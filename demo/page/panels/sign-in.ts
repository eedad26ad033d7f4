/** Choosing who to be. No password: the server gives anybody a short-lived token for these four. */
import { people, type UserId } from '../../shared.ts';
import { h } from '../dom.ts';
import { brand } from './header.ts';

const users = Object.entries(people) as [UserId, string][];

function initials(name: string): string {
  return name
    .split(' ')
    .map((word) => word[0])
    .join('');
}

export function signIn(reason: string | null, onChoose: (user: UserId) => void): HTMLElement {
  return h(
    'main',
    { class: 'sign-in', testId: 'sign-in' },
    brand('p'),
    h('h1', {}, 'One connection, all your tabs'),
    h(
      'p',
      { class: 'lead' },
      'Open this page in as many tabs as you like. One of them holds the connection to the server, all of them get ' +
        'every event, in order and once, also when you close, hang or cut things.',
    ),
    reason ? h('p', { class: 'reason', role: 'status' }, reason) : null,
    h('h2', { id: 'who' }, 'Sign in as'),
    h(
      'ul',
      { class: 'users', 'aria-labelledby': 'who' },
      ...users.map(([id, name]) =>
        h(
          'li',
          {},
          h(
            'button',
            { class: 'user', type: 'button', testId: `sign-in-${id}`, on: { click: () => onChoose(id) } },
            h('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(name)),
            name,
          ),
        ),
      ),
    ),
    h('p', { class: 'hint' }, 'No password. Tabs of different users never share anything: try two in one browser.'),
  );
}
