import { describe, expect, it } from 'vitest';
import { createRoster } from './roster.ts';

describe('the tabs that a leader knows of', () => {
  it('[P9] are those that said something since the last two roll-calls', () => {
    const roster = createRoster();
    expect([roster.heard('a'), roster.heard('b'), roster.heard('a')]).toEqual([true, true, false]);
    expect([roster.callRoll(), roster.callRoll()]).toEqual([[], []]);
    roster.heard('b');
    expect([roster.callRoll(), roster.tabs()]).toEqual([['a'], ['b']]);
    roster.forget('b');
    expect([roster.tabs(), roster.heard('a')]).toEqual([[], true]);
  });

  it('[P8] are so many and no more', () => {
    const roster = createRoster();
    for (let n = 0; n < 600; n += 1) roster.heard(`tab ${n}`);
    expect([roster.tabs().length, roster.heard('one more'), roster.heard('tab 0')]).toEqual([500, false, false]);
  });
});
