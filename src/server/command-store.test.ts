import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeCommandStore } from './command-store.contract.ts';
import { createMemoryCommandStore } from './command-store.ts';
import { createManualClock } from './world.fixture.ts';

const ok = { ok: true, result: 1 } as const;

function world(options = {}) {
  const clock = createManualClock();
  const store = createMemoryCommandStore(clock, options);
  const run = async (id: string, sentAt: number, user = 'u') => {
    const { kind } = await store.begin(user, { id, sentAt }, 30_000);
    if (kind === 'run') await store.settle(user, id, ok);
    return kind;
  };
  return { clock, store, run };
}

describeCommandStore('memory', async (bounds) => {
  const { clock, store } = world(bounds);
  await clock.advance(10);
  return { store, elsewhere: store, advance: clock.advance };
});

describe('the command store in memory', () => {
  it('[P3] refuses to the millisecond what is older than itself, than the window, or from the future', async () => {
    const { clock, run } = world({ windowMs: 1_000 });
    const started = clock.wall();
    expect(await run('before', started - 1)).toBe('expired');
    expect(await run('at', started)).toBe('expired');
    expect(await run('after', started + 1)).toBe('run');
    await clock.advance(2_000);
    expect(await run('old', clock.wall() - 1_001)).toBe('expired');
    expect(await run('edge', clock.wall() - 1_000)).toBe('run');
    expect(await run('future', clock.wall() + 120_000)).toBe('expired');
  });

  it('[P3] a clock that steps back after a user was forgotten brings no second run', async () => {
    const { clock, run } = world({ windowMs: 1_000 });
    await clock.advance(10);
    const sentAt = clock.wall();
    expect(await run('k', sentAt, 'u')).toBe('run');
    await clock.advance(5_000);
    // Others' commands sweep the user away.
    for (const id of ['1', '2', '3', '4']) await run(id, clock.wall(), 'v');
    clock.step(-5_000);
    expect(await run('k', sentAt, 'u')).not.toBe('run');
  });

  it('[P3] never runs one id twice, whatever the clock, the stamps and the order', async () => {
    const step = fc.record({
      user: fc.constantFrom('u', 'v'),
      command: fc.integer({ min: 0, max: 12 }),
      advance: fc.integer({ min: 0, max: 700 }),
      wall: fc.constantFrom(0, 0, 0, -5_000, 5_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { clock, run } = world({ windowMs: 1_000, maxPerUser: 3 });
        const sentAtById = new Map<string, number>();
        const ran = new Set<string>();
        for (const { user, command, advance, wall } of steps) {
          await clock.advance(advance);
          clock.step(wall);
          const id = `${user}${command}`;
          const sentAt = sentAtById.get(id) ?? clock.wall();
          sentAtById.set(id, sentAt);
          if ((await run(id, sentAt, user)) !== 'run') continue;
          expect(ran.has(id)).toBe(false);
          ran.add(id);
        }
      }),
      { numRuns: 40 },
    );
  });
});
