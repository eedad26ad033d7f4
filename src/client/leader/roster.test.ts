import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import { createRoster } from './roster.ts';

function open(onCall = (): void => {}) {
  const clock = createManualClock();
  const heard: string[] = [];
  const call = (): void => {
    heard.push('call');
    onCall();
  };
  const roster = createRoster({ clock, onGone: (tab) => heard.push(`gone ${tab}`), call });
  return { clock, heard, roster };
}

describe('the tabs that a leader knows of', () => {
  it('[P9] are those that said something since the last two roll-calls', async () => {
    const { clock, heard, roster } = open();
    expect([roster.heard('a'), roster.heard('b'), roster.heard('a')]).toEqual([true, true, false]);
    roster.start();
    await clock.advance(120_000);
    expect(heard).toEqual(['call', 'call']);
    roster.heard('b');
    await clock.advance(60_000);
    expect([heard, roster.tabs()]).toEqual([['call', 'call', 'gone a', 'call'], ['b']]);
    roster.forget('b');
    expect([roster.tabs(), roster.heard('a')]).toEqual([[], true]);
  });

  it('are called no more when their leader ended, be it in the midst of a call', async () => {
    const { clock, heard, roster } = open(() => roster.close());
    roster.start();
    await clock.advance(180_000);
    expect([heard, clock.timers()]).toEqual([['call'], 0]);
  });

  it('[P8] are so many and no more', () => {
    const { roster } = open();
    for (let n = 0; n < 600; n += 1) roster.heard(`tab ${n}`);
    expect([roster.tabs().length, roster.heard('one more'), roster.heard('tab 0')]).toEqual([500, false, false]);
  });
});
