import { describe, expect, it } from 'vitest';
import type { Page } from './log.ts';
import { createWorld } from './realtime.fixture.ts';

const own = 'user:u';

describe('a stream that is asked for again', () => {
  it('[P2] from another place while its page is read: goes on from there, and that page goes nowhere', async () => {
    const world = createWorld();
    await world.emit('u', 5);
    const { epoch } = await world.log.bounds(own);
    const { read } = world.log;
    const reads: (() => void)[] = [];
    world.log.read = async (...args) => {
      const page = await read(...args);
      const [, , limit] = args;
      if (limit === 0) return page; // the look at the door
      return new Promise<Page>((resolve) => reads.push(() => resolve(page)));
    };
    const { peer } = await world.enter('u', { cursors: { [own]: { epoch, id: 0 } } });
    void peer.ask('subscribe', { streams: { [own]: { epoch, id: 3 } } });
    await world.clock.settle();
    for (let n = 0; n < 4; n += 1) {
      for (const go of reads.splice(0)) go();
      await world.clock.settle();
    }
    expect(peer.story(own)).toEqual([4, 5]);
  });
});
