import { describe, expect, it } from 'vitest';
import { createRandom, quantile, shuffle, summarize } from './stats.ts';

describe('summarize', () => {
  it('has nothing to say of nothing', () => {
    expect(summarize([])).toBeNull();
  });
  it('takes the middle of an odd number of values, whatever their order', () => {
    expect(summarize([9, 1, 5])).toEqual({ median: 5, q1: 3, q3: 7, min: 1, max: 9, count: 3 });
  });
  it('takes the mean of the middle two of an even number', () => {
    expect(summarize([4, 1, 3, 2])?.median).toBe(2.5);
  });
  it('takes a single value for all', () => {
    expect(summarize([7])).toEqual({ median: 7, q1: 7, q3: 7, min: 7, max: 7, count: 1 });
  });
  it('compares numbers, not texts, and leaves its input alone', () => {
    const values = [100, 20, 3];
    expect(summarize(values)?.median).toBe(20);
    expect(values).toEqual([100, 20, 3]);
  });
});

describe('quantile', () => {
  it('is linear between the nearest values', () => {
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([0, 10, 20], 1)).toBe(20);
  });
});

describe('shuffle', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];
  it('keeps every item', () => {
    expect(shuffle(items, createRandom(1)).sort()).toEqual(items);
  });
  it('gives the same order for the same seed, and others for others', () => {
    expect(shuffle(items, createRandom(1))).toEqual(shuffle(items, createRandom(1)));
    expect(shuffle(items, createRandom(1))).not.toEqual(shuffle(items, createRandom(2)));
  });
});

describe('createRandom', () => {
  it('stays in [0, 1) and spreads', () => {
    const random = createRandom(42);
    const values = Array.from({ length: 1_000 }, random);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(summarize(values)?.median).toBeCloseTo(0.5, 1);
  });
});
