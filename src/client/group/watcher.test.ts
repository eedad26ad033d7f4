import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import { createWatcher } from './watcher.ts';

function open() {
  const clock = createManualClock();
  const did: string[] = [];
  let echo = (): void => {};
  const watcher = createWatcher({
    clock,
    leaderTimeoutMs: 5_000,
    ask: () => clock.soon(() => echo()),
    openLoopback(onEcho) {
      echo = onEcho;
      return { post() {}, close() {} };
    },
    canSteal: () => true,
    async beforeSteal(critical) {
      did.push('is about to steal');
      await critical();
      return true;
    },
    takeOver: () => did.push('steals'),
  });
  return { clock, watcher, did };
}

describe('the watch over the leader', () => {
  it('[P5] what it was about to do is off when it begins anew', async () => {
    const { clock, watcher, did } = open();
    watcher.start();
    while (!did.includes('is about to steal')) await clock.advance(625);
    watcher.start();
    await clock.advance(2_000);
    expect(did).not.toContain('steals');
    await clock.advance(5_000);
    expect(did).toContain('steals');
  });
});
