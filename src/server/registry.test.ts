import { describe, expect, it } from 'vitest';
import { claim, describeRegistry } from './registry.contract.ts';
import { createMemoryRegistry } from './registry.ts';
import { createManualClock } from './world.fixture.ts';

describeRegistry('memory', async (bounds) => {
  const clock = createManualClock();
  return { registry: createMemoryRegistry(clock, bounds), wall: clock.wall, advance: clock.advance };
});

describe('the registry in memory', () => {
  it('[P8] remembers nobody who is named by a socket that is gone', async () => {
    const registry = createMemoryRegistry(createManualClock(), { maxClients: 2 });
    const fenced = claim({ term: 9 });
    await registry.claim(fenced, 'multi');
    await registry.release(fenced);
    for (let n = 0; n < 20; n += 1) {
      const plain = claim({ client: `s${n}`, tab: `s${n}`, socketId: `s${n}`, term: 0 });
      await registry.claim(plain, 'multi');
      await registry.release(plain);
    }
    expect(await registry.claim(claim({ term: 8 }), 'multi')).toMatchObject({ kind: 'stale' });
  });

  it('[P8] remembers no more clients than it may', async () => {
    const registry = createMemoryRegistry(createManualClock(), { maxClients: 1 });
    for (const client of ['a', 'b', 'c']) {
      const each = claim({ client, term: 9 });
      await registry.claim(each, 'multi');
      await registry.release(each);
    }
    expect(await registry.claim(claim({ client: 'a', term: 1 }), 'multi')).toMatchObject({ kind: 'granted' });
    expect(await registry.claim(claim({ client: 'c', term: 1 }), 'multi')).toMatchObject({ kind: 'stale' });
  });
});
