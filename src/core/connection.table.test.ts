import { describe, expect, it } from 'vitest';
import { retryByCode } from '../protocol/codes.ts';
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionOptions,
  type ConnectionState,
  reduceConnection,
} from './connection.ts';

type At = ConnectionState['at'];
type Type = ConnectionEvent['type'];
/** `-`: the very same state and no effects; else the next state and the effects in order. */
type Expected = string;

const options: ConnectionOptions = {
  reconnectionDelay: 1_000,
  reconnectionDelayMax: 5_000,
  randomizationFactor: 0,
  reconnectionAttempts: 5,
  timeoutMs: 20_000,
  companion: true,
};
const reason = { code: 'transport', message: '' };
const states: { readonly [A in At]: ConnectionState & { readonly at: A } } = {
  idle: { at: 'idle' },
  authorizing: { at: 'authorizing', retries: 1, refusals: 0 },
  opening: { at: 'opening', retries: 1, refusals: 0 },
  greeting: { at: 'greeting', retries: 1, refusals: 0 },
  online: { at: 'online', retries: 1 },
  waiting: { at: 'waiting', retries: 1, refusals: 0, reason },
  'given-up': { at: 'given-up', reason },
};
const events: { readonly [T in Type]: ConnectionEvent & { readonly type: T } } = {
  start: { type: 'start' },
  authorized: { type: 'authorized' },
  unauthorized: { type: 'unauthorized', reason: { code: 'signed_out', message: '' } },
  opened: { type: 'opened' },
  authenticated: { type: 'authenticated' },
  refused: { type: 'refused', reason, random: 0 },
  lost: { type: 'lost', reason, random: 0 },
  timer: { type: 'timer', random: 0 },
  hint: { type: 'hint' },
  stop: { type: 'stop' },
};

const again = 'authorizing: no timer, authorize';
const wait = 'waiting: close, timer 2000';
const stopped = 'idle: close, no timer';
const table: Record<At, Record<Type, Expected>> = {
  idle: {
    start: again,
    authorized: '-',
    unauthorized: '-',
    opened: '-',
    authenticated: '-',
    refused: '-',
    lost: '-',
    timer: '-',
    hint: '-',
    stop: '-',
  },
  authorizing: {
    start: '-',
    authorized: 'opening: open, timer 20000',
    unauthorized: 'given-up: close, no timer, give-up signed_out',
    opened: '-',
    authenticated: '-',
    refused: '-',
    lost: '-',
    timer: '-',
    hint: '-',
    stop: stopped,
  },
  opening: {
    start: '-',
    authorized: '-',
    unauthorized: '-',
    opened: 'greeting: timer 20000',
    authenticated: '-',
    refused: wait,
    lost: wait,
    timer: wait,
    hint: '-',
    stop: stopped,
  },
  greeting: {
    start: '-',
    authorized: '-',
    unauthorized: '-',
    opened: '-',
    authenticated: 'online: timer 5000',
    refused: wait,
    lost: wait,
    timer: wait,
    hint: '-',
    stop: stopped,
  },
  online: {
    start: '-',
    authorized: '-',
    unauthorized: '-',
    opened: '-',
    authenticated: '-',
    refused: wait,
    lost: wait,
    timer: 'online: ',
    hint: '-',
    stop: stopped,
  },
  waiting: {
    start: '-',
    authorized: '-',
    unauthorized: '-',
    opened: '-',
    authenticated: '-',
    refused: '-',
    lost: '-',
    timer: again,
    hint: again,
    stop: stopped,
  },
  'given-up': {
    start: again,
    authorized: '-',
    unauthorized: '-',
    opened: '-',
    authenticated: '-',
    refused: '-',
    lost: '-',
    timer: '-',
    hint: '-',
    stop: stopped,
  },
};

function say(effect: ConnectionEffect): string {
  if (effect.type === 'timer') return effect.ms === null ? 'no timer' : `timer ${effect.ms}`;
  return effect.type === 'give-up' ? `give-up ${effect.reason.code}` : effect.type;
}

const cells = (Object.keys(table) as At[]).flatMap((at) =>
  (Object.keys(table[at]) as Type[]).map((type) => ({ at, type, expected: table[at][type] })),
);

describe('the connection machine', () => {
  it.each(cells)('[P9] $at, on $type: $expected', ({ at, type, expected }) => {
    const { state, effects } = reduceConnection(states[at], events[type], options);
    if (expected === '-') {
      expect(state).toBe(states[at]);
      expect(effects).toEqual([]);
    } else expect(`${state.at}: ${effects.map(say).join(', ')}`).toBe(expected);
  });

  it('[P5] keeps one timer at most, and leaves no state without a bound but those that need none', () => {
    for (const { at, type } of cells) {
      const { state, effects } = reduceConnection(states[at], events[type], options);
      const timers = effects.filter((effect) => effect.type === 'timer');
      expect(timers.length).toBeLessThanOrEqual(1);
      const moved = state.at !== at;
      const bounded = state.at === 'opening' || state.at === 'greeting' || state.at === 'waiting';
      if (moved && bounded) expect(timers).toMatchObject([{ ms: expect.any(Number) }]);
    }
  });

  it.each(Object.entries(retryByCode))('does what the table says of %s: %s', (code, retry) => {
    const from: ConnectionState = { at: 'opening', retries: 0, refusals: 0 };
    const { state } = reduceConnection(from, { type: 'refused', reason: { code, message: '' }, random: 0 }, options);
    const next = { now: 'authorizing', 'after-auth': 'authorizing', backoff: 'waiting', never: 'given-up' } as const;
    expect(state.at).toBe(next[retry]);
    if (state.at === 'authorizing') {
      expect(state).toMatchObject({ retries: 1, refusals: retry === 'after-auth' ? 1 : 0 });
    }
  });

  it('tries again at once only the first time, and gives up at the second refusal of what `auth` gave', () => {
    const stale = { type: 'refused', reason: { code: 'stale_term', message: '' }, random: 0 } as const;
    const retried: ConnectionState = { at: 'opening', retries: 1, refusals: 0 };
    expect(reduceConnection(retried, stale, options).state).toMatchObject({ at: 'waiting', retries: 2 });
    const unauthorized = { ...stale, reason: { code: 'unauthorized', message: '' } };
    expect(reduceConnection(retried, unauthorized, options).state).toMatchObject({ at: 'waiting', refusals: 1 });
    const refused: ConnectionState = { at: 'opening', retries: 1, refusals: 1 };
    expect(reduceConnection(refused, unauthorized, options).state.at).toBe('given-up');
  });

  it('forgets refusals with a connection, and retries only when it has lasted', () => {
    const greeting: ConnectionState = { at: 'greeting', retries: 3, refusals: 1 };
    const online = reduceConnection(greeting, events.authenticated, options).state;
    expect(online).toEqual({ at: 'online', retries: 3 });
    expect(reduceConnection(online, events.timer, options).state).toEqual({ at: 'online', retries: 0 });
    const expired = { type: 'lost', reason: { code: 'token_expired', message: '' }, random: 0 } as const;
    expect(reduceConnection(online, expired, options).state).toMatchObject({ at: 'waiting', refusals: 1 });
  });

  it('[P9] gives up after the attempts that the app allows, and says so', () => {
    const last: ConnectionState = { at: 'opening', retries: 5, refusals: 0 };
    const { state } = reduceConnection(last, events.lost, options);
    expect(state).toMatchObject({ at: 'given-up', reason: { code: 'attempts_exhausted' } });
  });

  it('a plain server greets nobody: connected is authenticated', () => {
    const plain = { ...options, companion: false };
    expect(reduceConnection(states.opening, events.opened, plain).state).toEqual({ at: 'online', retries: 1 });
  });
});
