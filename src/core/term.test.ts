import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../protocol/limits.ts';
import { backoffMs } from './backoff.ts';
import { type Claim, compareClaims, isCredibleTerm, nextTerm } from './term.ts';

const yearMs = 366 * 86_400_000;
const term = fc.nat(limits.term - 2);
const wall = fc.double({ min: 0, max: 4e12, noNaN: true });
const claim: fc.Arbitrary<Claim> = fc.record({ term: fc.nat(3), tab: fc.constantFrom('a', 'b', 'c') });

describe('terms', () => {
  it('[P1] the next is above what was heard and above the clock, and a whole number in bounds', () => {
    fc.assert(
      fc.property(term, wall, (heard, wallMs) => {
        const next = nextTerm(heard, wallMs);
        expect(next).toBeGreaterThan(heard);
        expect(next).toBeGreaterThan(Math.floor(wallMs));
        expect(Number.isSafeInteger(next) && next < limits.term).toBe(true);
        expect(nextTerm(next, wallMs)).toBe(Math.min(next + 1, limits.term - 1));
      }),
    );
  });

  it('[P1] rises over a restart of the browser without storage, and never leaves the bounds', () => {
    expect(nextTerm(0, 1_700_000_000_000)).toBe(1_700_000_000_001);
    expect(nextTerm(limits.term - 1, 0)).toBe(limits.term - 1);
  });

  it('[P8] what a leader takes is credible also after the clock was set back by months; beyond a year ahead it is a forgery', () => {
    fc.assert(
      fc.property(term, wall, fc.integer({ min: -yearMs + 2, max: yearMs }), (heard, wallMs, skew) => {
        expect(isCredibleTerm(nextTerm(heard, wallMs), heard, wallMs + skew)).toBe(true);
      }),
    );
    expect(isCredibleTerm(1_000 + yearMs, 0, 1_000)).toBe(true);
    expect(isCredibleTerm(1_001 + yearMs, 0, 1_000)).toBe(false);
    // The clock was ahead, and was put right: what was heard then counts, a few leaderships that were missed included.
    const known = 5_000 + yearMs;
    expect([known, known + 1_000, known + 1_001].map((one) => isCredibleTerm(one, known, 1_000))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('[P1] claims have one order, the same in every tab', () => {
    fc.assert(
      fc.property(claim, claim, claim, (a, b, c) => {
        expect(Math.sign(compareClaims(a, b)) + Math.sign(compareClaims(b, a))).toBe(0);
        expect(compareClaims(a, b) === 0).toBe(a.term === b.term && a.tab === b.tab);
        if (compareClaims(a, b) <= 0 && compareClaims(b, c) <= 0) expect(compareClaims(a, c)).toBeLessThanOrEqual(0);
        if (a.term < b.term) expect(compareClaims(a, b)).toBeLessThan(0);
      }),
    );
  });
});

describe('the backoff', () => {
  const options = fc.record({
    reconnectionDelay: fc.integer({ min: 1, max: 10_000 }),
    reconnectionDelayMax: fc.integer({ min: 1, max: 60_000 }),
    randomizationFactor: fc.double({ min: 0, max: 1, noNaN: true }),
    reconnectionAttempts: fc.constant(Number.POSITIVE_INFINITY),
  });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('[P5] stays between what chance may take off and its ceiling, at any number of tries', () => {
    fc.assert(
      fc.property(options, fc.nat(10_000), random, (backoff, retries, chance) => {
        const ms = backoffMs(backoff, retries, chance);
        const { reconnectionDelay, reconnectionDelayMax, randomizationFactor } = backoff;
        expect(Number.isSafeInteger(ms)).toBe(true);
        expect(ms).toBeLessThanOrEqual(reconnectionDelayMax);
        const floor = Math.min(reconnectionDelay, reconnectionDelayMax) * (1 - randomizationFactor);
        expect(ms).toBeGreaterThanOrEqual(Math.floor(floor));
      }),
    );
  });

  it('doubles up to its ceiling', () => {
    const steady = {
      reconnectionDelay: 1_000,
      reconnectionDelayMax: 5_000,
      randomizationFactor: 0,
      reconnectionAttempts: 9,
    };
    expect([0, 1, 2, 3, 60].map((retries) => backoffMs(steady, retries, 0.5))).toEqual([
      1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
    expect(backoffMs({ ...steady, randomizationFactor: 1 }, 2, 0.75)).toBe(1_000);
  });
});
