import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryByCode, retryOf } from './codes.ts';
import { type Cursor, type Cursors, furthest, isNews, judge, opens, type Span, type Verdict } from './cursor.ts';
import { limits } from './limits.ts';

const epoch = fc.constantFrom('e', 'f');
const id = fc.nat(6);
const cursor: fc.Arbitrary<Cursor> = fc.record({ epoch, id });
const span: fc.Arbitrary<Span> = fc
  .record({ epoch, a: id, b: id })
  .map(({ epoch: of, a, b }) => ({ epoch: of, prev: Math.min(a, b), id: Math.max(a, b) }));
const cursors = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), cursor);
const at = (place: number, of = 'e'): Cursor => ({ epoch: of, id: place });

describe('the cursor rule', () => {
  it.each<[string, number, number, string, Verdict]>([
    ['right behind', 5, 8, 'e', 'joins'],
    ['over the cursor', 2, 8, 'e', 'joins'],
    ['up to the cursor', 2, 5, 'e', 'stale'],
    ['before it', 1, 2, 'e', 'stale'],
    ['empty, at the cursor', 5, 5, 'e', 'stale'],
    ['behind a hole', 6, 8, 'e', 'gap'],
    ['empty, behind a hole', 6, 6, 'e', 'gap'],
    ['of another epoch, right behind', 5, 8, 'f', 'other_epoch'],
    ['of another epoch, long past', 0, 1, 'f', 'other_epoch'],
  ])('[P2] a frame %s: %s to %s of %s %s', (_, prev, end, of, verdict) => {
    expect(judge(at(5), { epoch: of, prev, id: end })).toBe(verdict);
  });

  it('[P2] what joins moves the cursor on and leaves nothing out; what is stale is wholly below', () => {
    fc.assert(
      fc.property(cursor, span, (place, frame) => {
        const verdict = judge(place, frame);
        expect(verdict === 'other_epoch').toBe(place.epoch !== frame.epoch);
        if (verdict === 'joins') expect(frame.prev <= place.id && frame.id > place.id).toBe(true);
        if (verdict === 'stale') expect(frame.id).toBeLessThanOrEqual(place.id);
        if (verdict === 'gap') expect(frame.prev).toBeGreaterThan(place.id);
        expect(opens(frame)).toBe(frame.prev === frame.id);
      }),
    );
  });

  it('[P2] a refresh is news once: done, the same one is none', () => {
    fc.assert(
      fc.property(cursor, cursor, fc.constantFrom('gap', 'too_far', 'cursor_ahead'), (place, target, reason) => {
        expect(isNews(target, target, reason)).toBe(false);
        if (place.epoch !== target.epoch) expect(isNews(place, target, reason)).toBe(true);
        else
          expect(isNews(place, target, reason)).toBe(
            reason === 'cursor_ahead' ? target.id < place.id : target.id > place.id,
          );
      }),
    );
    expect(isNews(undefined, at(0), 'gap')).toBe(true);
  });

  it('[P2] the furthest of two is never behind either of one epoch, and keeps every stream', () => {
    fc.assert(
      fc.property(cursors, cursors, (a, b) => {
        const before = JSON.stringify([a, b]);
        const places: Cursors = furthest(a, b);
        expect(JSON.stringify([a, b])).toBe(before);
        expect(new Set(Object.keys(places))).toEqual(new Set([...Object.keys(a), ...Object.keys(b)]));
        for (const [stream, place] of Object.entries(places)) {
          const [mine, theirs] = [Object.hasOwn(a, stream) && a[stream], Object.hasOwn(b, stream) && b[stream]];
          expect([mine, theirs]).toContainEqual(place);
          if (theirs) expect(place.epoch).toBe(theirs.epoch);
          for (const one of [mine, theirs]) {
            if (one && one.epoch === place.epoch) expect(place.id).toBeGreaterThanOrEqual(one.id);
          }
        }
      }),
    );
    expect({}).not.toHaveProperty('epoch');
  });
});

describe('the furthest of two', () => {
  it('[P8] never grows beyond the streams that one may be in, whoever names more', () => {
    const named = (prefix: string): Cursors =>
      Object.fromEntries(Array.from({ length: limits.streams }, (_, n) => [`${prefix}${n}`, at(1)]));
    const [mine, theirs] = [named('mine'), named('theirs')];
    expect(furthest(mine, theirs)).toEqual(mine);
    expect(furthest(mine, { mine0: at(5), other: at(5) })).toEqual({ ...mine, mine0: at(5) });
  });
});

describe('the table of codes', () => {
  it('[P8] knows no code that is not a row, whatever it is called', () => {
    for (const code of ['toString', '__proto__', 'constructor', 'mine', '']) expect(retryOf(code)).toBe('backoff');
    for (const [code, retry] of Object.entries(retryByCode)) expect(retryOf(code)).toBe(retry);
  });
});
