import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doors, event, frame, rows } from './doors.fixture.ts';
import * as parse from './parse.ts';
import { parsePosition, toPosition } from './position.ts';
import * as is from './shape.fixture.ts';

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
    expect([parse.parseCursors(streams(96)), parse.parseCursors(streams(97))]).toEqual([streams(96), null]);
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
      { maxKeys: 96 },
    );
    fc.assert(
      fc.property(streams, (value) => {
        const back = parsePosition(toPosition(value));
        expect(new Map(Object.entries(back ?? {}))).toEqual(new Map(Object.entries(value)));
      }),
    );
  });
});
