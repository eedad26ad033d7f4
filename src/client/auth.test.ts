import { describe, expect, it } from 'vitest';
import { createManualClock } from '../core/clock.fixture.ts';
import { askAuth } from './auth.ts';
import type { Auth, AuthAnswer } from './auth-types.ts';

async function ask(auth: Auth | undefined, waitMs = 0, companion = true) {
  const clock = createManualClock();
  const asked = askAuth({ auth, authTimeoutMs: 1_000, companion }, clock);
  await clock.advance(waitMs);
  const result = await asked;
  expect(clock.timers()).toBe(0);
  return result.ok ? result.auth : result.reason.code;
}

describe("the app's auth", () => {
  it.each<[string, Auth | undefined, unknown]>([
    ['an object', { token: 't' }, { token: 't' }],
    ['nothing at all', undefined, {}],
    ['a promise', async () => ({ token: 't' }), { token: 't' }],
    ['a callback', (answer: (auth: AuthAnswer) => void) => answer({ token: 't' }), { token: 't' }],
    ['a function that returns at once', (() => ({ token: 't' })) as unknown as Auth, { token: 't' }],
    ['a promise of null', async () => null, 'signed_out'],
    ['a promise of undefined', async () => undefined, 'signed_out'],
    ['a callback with null', (answer: (auth: AuthAnswer) => void) => answer(null), 'signed_out'],
    ['no token beside something else', { token: undefined, shop: 's' }, 'signed_out'],
    ['a promise of null for a token', async () => ({ token: null }), 'signed_out'],
    ['an empty token', async () => ({ token: '' }), 'signed_out'],
    ['an object that speaks of no token', { shop: 's' }, { shop: 's' }],
    ['a promise of a text', (async () => 'token') as unknown as Auth, 'auth_failed'],
    ['a promise of a list', (async () => ['token']) as unknown as Auth, 'auth_failed'],
    ['a rejection', async () => Promise.reject(new Error('mine')), 'auth_failed'],
    [
      'a throw',
      () => {
        throw new Error('mine');
      },
      'auth_failed',
    ],
  ])('gives %s', async (_, auth, expected) => {
    expect(await ask(auth)).toEqual(expected);
  });

  it('may say anything to a plain server', async () => {
    expect(await ask({ token: '' }, 0, false)).toEqual({ token: '' });
  });

  it('is bounded in time, also where it never answers, and answers once', async () => {
    expect(await ask(() => new Promise<null>(() => {}), 1_000)).toBe('auth_timeout');
    expect(await ask((_: (auth: AuthAnswer) => void) => {}, 1_000)).toBe('auth_timeout');
    const twice = (answer: (auth: AuthAnswer) => void): void => {
      answer({ token: 'first' });
      answer(null);
    };
    expect(await ask(twice)).toEqual({ token: 'first' });
  });
});
