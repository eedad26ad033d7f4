/** The role in the tab's title and icon, where one sees it without opening the tab. */
import type { Status } from 'onesocket';
import { type UserId, users } from '../shared/users.ts';
import { connectionWords, roleWords } from './format.ts';

const crown = '<path d="M6 22 5 10l6 5 5-8 5 8 6-5-1 12z" fill="#fff"/>';
const dot = '<circle cx="16" cy="16" r="5" fill="#fff"/>';

function icon(color: string, shape: string): string {
  const body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="${color}"/>${shape}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(body)}`;
}

const leading = icon('#c07f10', crown);
const following = icon('#2f6fdb', dot);
const troubled = icon('#b3392f', dot);
const outside = icon('#7d8590', dot);

function iconOf({ role, connection }: Status): string {
  if (role === 'none' || role === 'electing') return outside;
  if (connection !== 'connected' && connection !== 'syncing') return troubled;
  return role === 'follower' ? following : leading;
}

export function showInTabStrip(user: UserId, status: Status): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  const href = iconOf(status);
  if (link && link.getAttribute('href') !== href) link.setAttribute('href', href);
  const state = status.connection === 'connected' ? '' : ` (${connectionWords[status.connection].toLowerCase()})`;
  const mark = status.role === 'leader' || status.role === 'solo' ? '♛ ' : '';
  const title = `${mark}${roleWords[status.role]}${state} · ${users[user].name.split(' ')[0]} · OneSocket`;
  if (document.title !== title) document.title = title;
}
