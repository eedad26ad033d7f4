import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refreshReasons } from './codes.ts';
import * as parse from './parse.ts';
import { parsePosition, toPosition } from './position.ts';
import * as is from './shape.fixture.ts';

const event = { id: 7, type: 'order', payload: { a: 1 }, timestamp: 5, scope: { shopId: 's', module: 'm' } };
const places = Object.assign(Object.create(null), { 'user:1': { epoch: 'e', id: 3 }, all: { epoch: 'f', id: 0 } });
const greeting = {
  success: true,
  onesocket: 1,
  userId: '1',
  time: 5,
  commandWindowMs: 6,
  streams: places,
  email: 'a@b',
  modules: ['m'],
  expiresInMs: 7,
};
const frame = { stream: 'user:1', epoch: 'e', prev: 5, id: 9, events: [event, { ...event, id: 9 }] };
const refresh = { stream: 'user:1', epoch: 'e', id: 9, reason: 'too_far' };

const isEvent = is.shape({
  id: is.count,
  type: is.name,
  payload: is.anything,
  timestamp: is.finite,
  'scope?': is.shape({ 'shopId?': is.name, 'module?': is.name }),
});
const span = { stream: is.name, epoch: is.token, prev: is.count, id: is.count, events: is.list(isEvent, 1_000) };
/** What it says of itself holds: ids rise within `(prev, id]`. */
const joined: is.Check = (value) => {
  const { prev, id, events } = value as typeof frame;
  const ids = [prev, ...events.map((one) => one.id)];
  return prev <= id && ids.every((one, at) => one <= id && (at === 0 || one > (ids[at - 1] ?? one)));
};
const isFrame: is.Check = (value) => is.shape(span)(value) && joined(value);
const isReason = is.only(...refreshReasons);
const isRefresh = is.shape({ stream: is.name, epoch: is.token, id: is.count, reason: isReason });
const isError = is.shape({ code: is.token, message: is.either(is.only(''), is.text(1_000)) });

interface Door {
  readonly parse: (value: unknown) => unknown;
  readonly valid: unknown;
  readonly check: is.Check;
  /** What is spoiled, where that is not the valid value as a whole. */
  readonly spoil?: unknown;
}
type ParserName = Extract<keyof typeof parse, `parse${string}`>;
/** A parser without a row does not compile. */
const doors: Record<ParserName | 'parsePosition', Door> = {
  parseCursor: { parse: parse.parseCursor, valid: { epoch: 'e', id: 3 }, check: is.cursor },
  parseCursors: { parse: parse.parseCursors, valid: places, check: is.cursors },
  parseFrame: { parse: parse.parseFrame, valid: frame, check: isFrame },
  parseLoneEvent: {
    parse: (value) => parse.parseLoneEvent(value, { stream: 'user:1', epochOf: () => 'e' }),
    valid: { ...event, stream: 'user:2', epoch: 'f', prev: 2 },
    check: (value) => isFrame(value) && (value as typeof frame).events.length === 1,
  },
  parseRefresh: { parse: parse.parseRefresh, valid: refresh, check: isRefresh },
  parseHandshake: {
    parse: parse.parseHandshake,
    valid: {
      onesocket: 1,
      client: 'c',
      tab: 't',
      term: 4,
      attempt: 1,
      token: 'x',
      user: 'u',
      cursors: places,
      lastEventId: 3,
    },
    check: is.shape({
      onesocket: is.only(1),
      client: is.token,
      tab: is.token,
      term: (value) => is.count(value) && Number(value) < 2 ** 52,
      attempt: is.count,
      'token?': is.anyText,
      'user?': is.name,
      'cursors?': is.cursors,
      'lastEventId?': is.count,
    }),
  },
  parseAuthenticated: {
    parse: parse.parseAuthenticated,
    valid: { ...greeting, socketId: 'x', sessionId: 'y' },
    spoil: greeting,
    check: is.shape({
      success: is.only(true),
      onesocket: is.only(1),
      userId: is.name,
      socketId: is.anyText,
      sessionId: is.anyText,
      time: is.count,
      commandWindowMs: is.count,
      streams: is.cursors,
      'email?': is.name,
      'modules?': is.list(is.name, 1e6),
      'expiresInMs?': is.count,
    }),
  },
  parseSyncRequest: {
    parse: parse.parseSyncRequest,
    valid: { stream: 's', lastEventId: 3, epoch: 'e' },
    check: is.shape({ 'stream?': is.name, lastEventId: is.count, 'epoch?': is.token }),
  },
  parseError: { parse: parse.parseError, valid: { code: 'c', message: 'm' }, check: isError },
  parseSyncAnswer: {
    parse: parse.parseSyncAnswer,
    valid: { ...frame, more: true },
    check: is.either(
      (value) => is.shape({ ...span, more: is.bool })(value) && joined(value),
      is.shape({ fullRefresh: is.shape({ epoch: is.token, id: is.count, reason: isReason }) }),
      is.shape({ error: isError }),
    ),
  },
  parseCommandRequest: {
    parse: parse.parseCommandRequest,
    valid: { id: 'i', name: 'n', args: [1, { a: 2 }], sentAt: 5 },
    check: is.shape({ id: is.token, name: is.name, args: is.list(is.anything, 16), sentAt: is.count }),
  },
  parseCommandAnswer: {
    parse: parse.parseCommandAnswer,
    valid: { ok: true, result: 5, position: 'p' },
    check: is.either(
      is.shape({ ok: is.only(true), result: is.anything, 'position?': is.text(65_536) }),
      is.shape({ ok: is.only(false), error: isError }),
    ),
  },
  parsePosition: { parse: parsePosition, valid: toPosition(places), check: is.cursors },
};
const rows = Object.entries(doors).map(([name, door]) => ({ name, ...door }));

describe('the doors', () => {
  it.each(rows)('$name lets a valid value through whole, and copies it', ({ parse: read, valid, check }) => {
    const read1 = read(valid);
    expect(check(read1)).toBe(true);
    if (typeof valid === 'object' && read !== doors.parseLoneEvent.parse) expect(read1).toEqual(valid);
    expect(read1).not.toBe(valid);
  });

  it.each(rows)(
    '[P8] $name never throws, and gives null or what its type says',
    ({ parse: read, valid, check, spoil = valid }) => {
      const value = fc.oneof({ weight: 1, arbitrary: is.hostile }, { weight: 3, arbitrary: is.spoiled(spoil) });
      fc.assert(
        fc.property(value, (bad) => {
          const result = read(bad);
          expect(result === null || check(result)).toBe(true);
        }),
        { numRuns: 400 },
      );
      expect({}).not.toHaveProperty('polluted');
    },
  );

  it('[P8] a stream may have any name and stays a key of its own', () => {
    const cursors = parse.parseCursors(
      JSON.parse('{"__proto__": {"epoch": "e", "id": 1}, "constructor": {"epoch": "e", "id": 2}}'),
    );
    expect(Object.entries(cursors ?? {})).toEqual([
      ['__proto__', { epoch: 'e', id: 1 }],
      ['constructor', { epoch: 'e', id: 2 }],
    ]);
    expect(parse.parseCursors({})?.toString).toBeUndefined();
  });

  it.each([
    ['ids that do not rise', { ...frame, events: [event, event] }],
    ['an id not above prev', { ...frame, events: [{ ...event, id: 5 }] }],
    ['an id above its own', { ...frame, events: [{ ...event, id: 10 }] }],
    ['an end before its beginning', { ...frame, prev: 10, events: [] }],
    [
      'more events than allowed',
      { ...frame, id: 2_000, events: Array.from({ length: 1_001 }, (_, n) => ({ ...event, id: n + 6 })) },
    ],
    ['one bad event', { ...frame, events: [event, null] }],
  ])('[P8] a frame with %s is malformed', (_, value) => {
    expect(parse.parseFrame(value)).toBeNull();
  });

  it('[P8] takes as much as it may and nothing more', () => {
    const streams = (n: number) =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`s${i}`, { epoch: 'e', id: 0 }]));
    expect([parse.parseCursors(streams(64)), parse.parseCursors(streams(65))]).toEqual([streams(64), null]);
    const command = (n: number) => ({ id: 'i', name: 'n', args: new Array(n).fill(0), sentAt: 0 });
    expect([parse.parseCommandRequest(command(16)), parse.parseCommandRequest(command(17))]).toEqual([
      command(16),
      null,
    ]);
    expect(parse.parseCommandAnswer({ ok: 'no', error: { code: 'c' } })).toBeNull();
    const { NaN: nan, POSITIVE_INFINITY: infinite } = Number;
    const at = (timestamp: unknown) =>
      parse.parseFrame({ ...frame, events: [{ ...event, timestamp }] })?.events[0]?.timestamp;
    expect([nan, infinite, '5', null].map(at)).toEqual([0, 0, 0, 0]);
  });

  it('[P2] a lone event fills in what it leaves out, and is nothing where that is not known', () => {
    const known = { stream: 'user:1', epochOf: (stream: string) => (stream === 'user:1' ? 'e' : undefined) };
    expect(parse.parseLoneEvent({ id: 4, type: 't', payload: 1 }, known)).toMatchObject({
      stream: 'user:1',
      epoch: 'e',
      prev: 3,
      id: 4,
    });
    expect(parse.parseLoneEvent({ id: 4, type: 't', payload: 1, stream: 'all' }, known)).toBeNull();
    expect(parse.parseLoneEvent({ id: 4, type: 't' }, { ...known, stream: undefined })).toBeNull();
    expect(parse.parseLoneEvent({ id: 0, type: 't' }, known)).toBeNull();
    expect(parse.parseLoneEvent({ id: 4, type: 't', prev: 4 }, known)).toBeNull();
  });

  it('a position comes back as it went, whatever the streams are called', () => {
    const cursor = fc.record({ epoch: fc.string({ minLength: 1, maxLength: 128 }), id: fc.maxSafeNat() });
    const streams = fc.dictionary(
      fc.oneof(fc.string({ minLength: 1, maxLength: 256 }), fc.constant('__proto__')),
      cursor,
      { maxKeys: 64 },
    );
    fc.assert(
      fc.property(streams, (value) => {
        const back = parsePosition(toPosition(value));
        expect(new Map(Object.entries(back ?? {}))).toEqual(new Map(Object.entries(value)));
      }),
    );
  });
});
