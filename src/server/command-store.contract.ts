/** What every command store must do. Run by the test of each implementation. */
import { describe, expect, it } from 'vitest';
import type { CommandAnswer } from '../protocol/messages.ts';
import type { Begun, CommandStore } from './command-store.ts';

export interface CommandStoreWorld {
  readonly store: CommandStore;
  /** The same store as another node sees it. */
  readonly elsewhere: CommandStore;
  /** Lets the store's own time pass. */
  advance(ms: number): Promise<void>;
}

export interface CommandStoreBounds {
  readonly windowMs: number;
  readonly maxPerUser: number;
}

const done: CommandAnswer = { ok: true, result: { bytes: Buffer.from([0, 255]), n: 1 }, position: 'p' };
const late: CommandAnswer = { ok: false, error: { code: 'late', message: '' } };
const leaseMs = 30_000;
const outcomeOf = (begun: Begun) => (begun.kind === 'known' ? begun.outcome : begun.kind);

export function describeCommandStore(
  name: string,
  open: (bounds: CommandStoreBounds) => Promise<CommandStoreWorld>,
): void {
  async function world(bounds: Partial<CommandStoreBounds> = {}) {
    const opened = await open({ windowMs: 600_000, maxPerUser: 100, ...bounds });
    const { store } = opened;
    const begin = (id: string, sentAt = store.time(), user = 'u') => store.begin(user, { id, sentAt }, leaseMs);
    const run = async (id: string, sentAt = store.time(), user = 'u') => {
      const { kind } = await begin(id, sentAt, user);
      if (kind === 'run') await store.settle(user, id, done);
      return kind;
    };
    return { ...opened, begin, run };
  }

  describe(`the command store contract: ${name}`, () => {
    it('[P3] lets one run and gives the others its outcome, also those that came while it ran', async () => {
      const { store, elsewhere, begin } = await world();
      const sentAt = store.time();
      const begun = await Promise.all([
        begin('k', sentAt),
        elsewhere.begin('u', { id: 'k', sentAt }, leaseMs),
        begin('k', sentAt),
      ]);
      expect(begun.map(({ kind }) => kind).sort()).toEqual(['known', 'known', 'run']);
      // Who may run it is not who settles it here: the store does not mind.
      expect(await store.settle('u', 'k', done)).toEqual(done);
      expect(await elsewhere.settle('u', 'k', late)).toEqual(done);
      const outcomes = await Promise.all(begun.map(outcomeOf));
      expect(outcomes.filter((outcome) => outcome !== 'run')).toEqual([done, done]);
      expect(await outcomeOf(await elsewhere.begin('u', { id: 'k', sentAt }, leaseMs))).toEqual(done);
    });

    it('[P6] keeps the commands of users apart, and ids that look alike', async () => {
      const { run } = await world();
      for (const user of ['u', 'v', '{u}', '\ud800', '\ud801']) {
        for (const id of ['k', '{k}', '\ud800', '\ud801', 'a\nb']) expect(await run(id, undefined, user)).toBe('run');
      }
      expect(await run('\ud801')).toBe('known');
    });

    it('[P3] refuses what is older than itself, than the window, or from the future', async () => {
      const { store, run, advance } = await world({ windowMs: 100_000 });
      expect(await run('before', store.time() - 50_000)).toBe('expired');
      const sentAt = store.time();
      expect(await run('now', sentAt)).toBe('run');
      await advance(200_000);
      expect(await run('now', sentAt)).not.toBe('run');
      expect(await run('old', store.time() - 110_000)).toBe('expired');
      expect(await run('edge', store.time() - 90_000)).toBe('run');
      expect(await run('ahead', store.time() + 30_000)).toBe('run');
      expect(await run('future', store.time() + 120_000)).toBe('expired');
    });

    it('[P3] an outcome that made room leaves a stamp that refuses its repetition', async () => {
      const { store, begin, run } = await world({ maxPerUser: 2 });
      const sentAt = store.time();
      for (const [index, id] of ['a', 'b', 'c'].entries()) expect(await run(id, sentAt + index)).toBe('run');
      expect(await run('a', sentAt)).toBe('expired');
      expect(await run('c', sentAt + 2)).toBe('known');
      expect((await begin('d', sentAt + 3)).kind).toBe('run');
      await store.withdraw('u', 'd', late);
      // Now there is room; the stamp alone refuses it.
      expect(await run('a', sentAt)).toBe('expired');
    });

    it('[P8] takes no more than may run at once', async () => {
      const { begin, store } = await world({ maxPerUser: 1 });
      expect((await begin('a')).kind).toBe('run');
      expect((await begin('b')).kind).toBe('full');
      await store.settle('u', 'a', done);
      expect((await begin('b', store.time() + 1)).kind).toBe('run');
    });

    it('[P3] what was withdrawn may run later, and who waited for it hears that', async () => {
      const { store, elsewhere, begin, run } = await world();
      const sentAt = store.time();
      await begin('a', sentAt);
      const waiting = [await begin('a', sentAt), await elsewhere.begin('u', { id: 'a', sentAt }, leaseMs)];
      await store.withdraw('u', 'a', late);
      // Elsewhere it may be too late to hear more than that it was not run.
      expect(await Promise.all(waiting.map(outcomeOf))).toMatchObject([late, { ok: false }]);
      expect(await run('a', sentAt)).toBe('run');
      await store.withdraw('u', 'a', late);
      expect(await run('a', sentAt)).toBe('known');
    });
  });
}
