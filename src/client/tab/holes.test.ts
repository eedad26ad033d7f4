import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import { createInbox } from '../../core/inbox.ts';
import { watchHoles } from './holes.ts';

/** A tab at s:1 that was sent what begins at 5. */
function open() {
  const clock = createManualClock();
  const said: string[] = [];
  const inbox = createInbox(
    (_, effect) => {
      if (effect.type === 'ask' || effect.type === 'refresh') said.push(effect.type);
    },
    { s: { epoch: 'e', id: 1 } },
  );
  const world = { online: true };
  const stop = watchHoles(inbox, clock, () => world.online);
  inbox.apply('s', { type: 'frame', frame: { stream: 's', epoch: 'e', prev: 5, id: 5, events: [] } });
  said.splice(0);
  return { clock, said, inbox, world, stop };
}

describe('an open hole', () => {
  it('[P2] is asked for again each second, and is a refresh after ten', async () => {
    const { clock, said, inbox, stop } = open();
    await clock.advance(9_000);
    expect(said).toEqual(Array(9).fill('ask'));
    await clock.advance(1_000);
    expect([said.at(-1), inbox.cursors().s?.id]).toEqual(['refresh', 5]);
    stop();
    expect(clock.timers()).toBe(0);
  });

  it('[P2] is not given up while there is nobody to ask', async () => {
    const { clock, said, world } = open();
    world.online = false;
    await clock.advance(60_000);
    expect(said).toEqual([]);
    world.online = true;
    await clock.advance(9_000);
    expect(said).toEqual(Array(9).fill('ask'));
  });

  it('[P2] is not given up by the time that the page was away: it asks first', async () => {
    const { clock, said } = open();
    for (let n = 0; n < 20; n += 1) {
      clock.sleep(60_000);
      await clock.advance(0);
    }
    expect(said.length).toBeGreaterThan(10);
    expect(said).not.toContain('refresh');
  });
});
