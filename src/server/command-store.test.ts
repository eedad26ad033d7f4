import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryCommandStore } from './command-store.ts';
import { createManualClock } from './world.fixture.ts';

const ok = { ok: true, result: 1 } as const;

function world(options = {}) {
  const clock = createManualClock();
  const store = createMemoryCommandStore(clock, options);
  const run = async (id: string, sentAt: number, user = 'u') => {
    const { kind } = await store.begin(user, { id, sentAt });
    if (kind === 'run') await store.settle(user, id, ok);
    return kind;
  };
  return { clock, store, run };
}

describe('the command store', () => {
  it('[P3] lets one run and gives the others its outcome, also those that came while it ran', async () => {
    const { clock, store } = world();
    await clock.advance(10);
    const stamp = { id: 'k', sentAt: clock.wall() };
    expect((await store.begin('u', stamp)).kind).toBe('run');
    const waiting = await store.begin('u', stamp);
    expect(await store.settle('u', 'k', ok)).toBe(true);
    expect(await store.settle('u', 'k', { ok: false, error: { code: 'late', message: '' } })).toBe(false);
    expect(waiting.kind === 'known' && (await waiting.outcome)).toEqual(ok);
  });

  it('[P6] keeps the commands of users apart', async () => {
    const { clock, run } = world();
    await clock.advance(10);
    expect(await run('k', clock.wall(), 'u')).toBe('run');
    expect(await run('k', clock.wall(), 'v')).toBe('run');
  });

  it('[P3] refuses what is older than itself, than the window, or from the future', async () => {
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

  it('[P3] an outcome that made room leaves a stamp that refuses its repetition', async () => {
    const { clock, run } = world({ maxPerUser: 2 });
    await clock.advance(10);
    const sentAt = clock.wall();
    for (const [index, id] of ['a', 'b', 'c'].entries()) expect(await run(id, sentAt + index)).toBe('run');
    expect(await run('a', sentAt)).toBe('expired');
    expect(await run('c', sentAt + 2)).toBe('known');
  });

  it('[P8] takes no more than may run at once', async () => {
    const { clock, store } = world({ maxPerUser: 1 });
    await clock.advance(10);
    expect((await store.begin('u', { id: 'a', sentAt: clock.wall() })).kind).toBe('run');
    expect((await store.begin('u', { id: 'b', sentAt: clock.wall() })).kind).toBe('full');
  });

  it('[P3] what was withdrawn may run later', async () => {
    const { clock, store, run } = world();
    await clock.advance(10);
    await store.begin('u', { id: 'a', sentAt: clock.wall() });
    await store.withdraw('u', 'a', { ok: false, error: { code: 'rate_limited', message: '' } });
    expect(await run('a', clock.wall())).toBe('run');
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
