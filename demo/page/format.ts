/** Numbers, times and words as the page shows them. */
import type { Status } from 'onesocket';

const grouped = new Intl.NumberFormat('en');
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export const number = (value: number): string => grouped.format(value);
export const time = (at: number): string => clock.format(at);
/** Ids are long and random; the start tells tabs apart. */
export const shortId = (id: string): string => id.replaceAll('-', '').slice(0, 5);

export function milliseconds(value: number): string {
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export const roleWords: Record<Status['role'], string> = {
  electing: 'Electing',
  leader: 'Leader',
  follower: 'Follower',
  solo: 'On its own',
  none: 'Outside',
};

export const connectionWords: Record<Status['connection'], string> = {
  idle: 'Idle',
  connecting: 'Connecting',
  syncing: 'Catching up',
  connected: 'Connected',
  waiting: 'Waiting to retry',
  'signed-out': 'Signed out',
  failed: 'Failed',
  closed: 'Closed',
};

/** `user:ada` is shown as what it is to the reader, `shop:north/chat` as its module. */
export function streamWords(stream: string): string {
  return stream.startsWith('user:') ? 'yours' : stream.replace(/^shop:[^/]+\//, '');
}

/** `4:05` */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

/** `23 Nov, 14:05` */
export const moment = (iso: string): string => dayAndClock.format(new Date(iso));
