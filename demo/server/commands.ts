/** What tabs may ask the server to do. */
import { setTimeout as wait } from 'node:timers/promises';
import { CommandError, type Realtime } from '../../src/server/index.ts';
import { isUserId, rates, type ServerEvents, type UserId } from '../shared.ts';
import type { Feed } from './feed.ts';
import type { Lines } from './lines.ts';

const most = 10;
const longestMs = 10_000;

function fieldOf(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
}

function wholeNumber(data: unknown, name: string): number {
  const value = fieldOf(data, name);
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new CommandError('invalid_payload', `${name} must be a whole number`);
  }
  return value;
}

function userOf(session: { readonly userId: string }): UserId {
  if (!isUserId(session.userId)) throw new CommandError('forbidden', 'Not one of the demo’s users');
  return session.userId;
}

export function handleCommands(realtime: Realtime<ServerEvents>, feed: Feed, lines: Lines): void {
  realtime.onCommand('feed:set_rate', async (data, { session }) => {
    const perSecond = wholeNumber(data, 'perSecond');
    if (!rates.some((rate) => rate === perSecond)) throw new CommandError('invalid_payload', 'Not one of the rates');
    await feed.setRate(perSecond, userOf(session));
    return { perSecond };
  });

  realtime.onCommand('counter:add', async (data, { session }) => {
    const by = wholeNumber(data, 'by');
    if (by < 1 || by > most) throw new CommandError('too_much', `The counter takes 1 to ${most} at a time`);
    const value = await feed.count(by, userOf(session));
    // It took effect, and nobody will hear so on this connection.
    if (fieldOf(data, 'loseAnswer') === true) lines.cut(session);
    return { value };
  });

  realtime.onCommand('answer:late', async (data) => {
    const ms = Math.min(Math.max(0, wholeNumber(data, 'ms')), longestMs);
    await wait(ms);
    return { afterMs: ms };
  });
}
