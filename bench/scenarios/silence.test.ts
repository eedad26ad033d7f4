import { describe, expect, it } from 'vitest';
import type { Arrival } from '../pages/tab.ts';
import { stallOf } from './silence.ts';

const at = (...times: number[]): Arrival[] => times.map((time, index) => [index + 1, time]);

describe('stallOf', () => {
  it('ends with the first event of the new connection, however long a later silence is', () => {
    expect(stallOf(at(90, 100, 110, 120, 175, 185, 900), 105, 173)).toBe(70);
  });
  it('takes an event in the millisecond of its sending for the first', () => {
    expect(stallOf(at(100, 175), 105, 175)).toBe(70);
  });
  it('ends with the longest silence when there was no new connection', () => {
    expect(stallOf(at(90, 100, 110, 120, 175, 185), 105)).toBe(70);
  });
  it('counts from the fault when the silence begins before it', () => {
    expect(stallOf(at(90, 100, 160, 170), 105)).toBe(55);
  });
  it('takes a replay in one go for one end', () => {
    expect(stallOf(at(100, 150, 150, 150, 160), 104)).toBe(46);
  });
  it('says so when nothing came', () => {
    expect(stallOf(at(90, 100), 105)).toBeNull();
    expect(stallOf(at(90, 100), 105, 150)).toBeNull();
    expect(stallOf([], 105)).toBeNull();
  });
});
