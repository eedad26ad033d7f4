/** Name of the page, who is signed in, and the way out. */
import { people, type UserId } from '../../shared.ts';
import { h } from '../dom.ts';

export function brand(tag: 'h1' | 'p'): HTMLElement {
  return h(tag, { class: 'brand' }, h('span', { class: 'brand-mark', 'aria-hidden': 'true' }), 'OneSocket');
}

export interface HeaderOptions {
  readonly user: UserId;
  readonly onGuide: () => void;
  readonly onSignOut: () => void;
}

export function header({ user, onGuide, onSignOut }: HeaderOptions): HTMLElement {
  return h(
    'header',
    { class: 'top' },
    brand('h1'),
    h('p', { class: 'tagline' }, 'One Socket.IO connection for all tabs of a browser'),
    h(
      'div',
      { class: 'top-actions' },
      h('span', { class: 'who', testId: 'user' }, people[user]),
      h(
        'button',
        { class: 'button quiet wide-only', type: 'button', testId: 'show-guide', on: { click: onGuide } },
        'Guide',
      ),
      h(
        'button',
        { class: 'button quiet', type: 'button', testId: 'sign-out', on: { click: onSignOut } },
        'Sign out all tabs',
      ),
    ),
  );
}
