/** What every registry must do. Run by the test of each implementation. */
import { describe, expect, it } from 'vitest';
import type { Claim, Registry } from './registry.ts';

export interface RegistryWorld {
  readonly registry: Registry;
  /** Wall clock of the registry. */
  wall(): number;
  /** Lets the registry's own time pass. */
  advance(ms: number): Promise<void>;
}

export interface RegistryBounds {
  readonly maxPerUser: number;
}

let sessions = 0;
export function claim(of: Partial<Claim> = {}): Claim {
  sessions += 1;
  const id = String(sessions);
  const base = { userId: 'u', client: 'c', tab: 't', term: 1, attempt: 1 };
  return { ...base, sessionId: id, socketId: id, connectedAt: 0, ...of };
}

export function describeRegistry(name: string, open: (bounds: RegistryBounds) => Promise<RegistryWorld>): void {
  describe(`the registry contract: ${name}`, () => {
    const world = (bounds: Partial<RegistryBounds> = {}) => open({ maxPerUser: 200, ...bounds });

    it.each([
      ['a lower term', { tab: 'x', term: 4, attempt: 9 }, true],
      ['the same term from another tab', { tab: 'x', term: 5, attempt: 9 }, true],
      ["the same tab's lower attempt", { tab: 't', term: 5, attempt: 1 }, true],
      ["the same tab's same attempt", { tab: 't', term: 5, attempt: 2 }, true],
      ["the same tab's higher attempt", { tab: 't', term: 5, attempt: 3 }, false],
      ['a higher term', { tab: 'x', term: 6, attempt: 0 }, false],
      ['a higher term near the end of what terms may be', { tab: 'x', term: 2 ** 52 - 1, attempt: 0 }, false],
    ])('[P1] %s: stale is %s', async (_, newer, stale) => {
      const { registry } = await world();
      const known = claim({ tab: 't', term: 5, attempt: 2 });
      await registry.claim(known, 'multi');
      const answer = await registry.claim(claim(newer), 'multi');
      if (stale) expect(answer).toEqual({ kind: 'stale', term: 5 });
      else expect(answer).toEqual({ kind: 'granted', superseded: known.sessionId, replaced: [] });
    });

    it('[P1] names the connection that a newer one puts an end to, and remembers the term after its close', async () => {
      const { registry } = await world();
      const first = claim({ term: 5 });
      const second = claim({ term: 6, tab: 'x' });
      await registry.claim(first, 'multi');
      expect(await registry.claim(second, 'multi')).toMatchObject({ kind: 'granted', superseded: first.sessionId });
      await registry.release(second);
      expect(await registry.ofUser('u')).toEqual([]);
      expect(await registry.claim(claim({ term: 5, attempt: 9 }), 'multi')).toEqual({ kind: 'stale', term: 6 });
      expect(await registry.claim(claim({ term: 6, tab: 'x', attempt: 2 }), 'multi')).toMatchObject({
        superseded: null,
      });
    });

    it('[P1] a late close of the old connection leaves the new one alone', async () => {
      const { registry } = await world();
      const first = claim({ attempt: 1 });
      const second = claim({ attempt: 2 });
      await registry.claim(first, 'multi');
      await registry.claim(second, 'multi');
      await registry.release(first);
      expect(await registry.ofUser('u')).toEqual([second]);
    });

    it('[P8] remembers so many clients of one user, so that nobody pushes out those of others', async () => {
      const { registry } = await world({ maxPerUser: 3 });
      const mine = claim({ userId: 'v', term: 9 });
      await registry.claim(mine, 'multi');
      await registry.release(mine);
      for (let n = 0; n < 20; n += 1) {
        const one = claim({ client: `c${n}`, term: 9 });
        await registry.claim(one, 'multi');
        await registry.release(one);
      }
      const older = (userId: string, client: string) => registry.claim(claim({ userId, client, term: 8 }), 'multi');
      expect(await older('v', 'c')).toMatchObject({ kind: 'stale' });
      expect(await Promise.all(['c16', 'c17', 'c19'].map((client) => older('u', client)))).toMatchObject([
        { kind: 'granted' },
        { kind: 'stale' },
        { kind: 'stale' },
      ]);
    });

    it('forgets a client when its token ends, or an hour after its close', async () => {
      const { registry, wall, advance } = await world();
      const bound = claim({ term: 9, expiresAt: wall() + 50_000 });
      const free = claim({ term: 9, client: 'd' });
      for (const each of [bound, free]) {
        await registry.claim(each, 'multi');
        await registry.release(each);
      }
      await advance(50_001);
      expect(await registry.claim(claim({ term: 1 }), 'multi')).toMatchObject({ kind: 'granted' });
      expect(await registry.claim(claim({ term: 1, client: 'd' }), 'multi')).toMatchObject({ kind: 'stale' });
      await advance(3_600_000);
      expect(await registry.claim(claim({ term: 1, client: 'd' }), 'multi')).toMatchObject({ kind: 'granted' });
    });

    it('replaces or rejects for another browser, never for a sibling tab or for itself', async () => {
      const { registry } = await world();
      const first = claim({ client: 'c/1', term: 1 });
      await registry.claim(first, 'multi');
      const sibling = await registry.claim(claim({ client: 'c/2' }), 'reject');
      expect(sibling).toMatchObject({ kind: 'granted', replaced: [] });
      expect(await registry.claim(claim({ client: 'c/1', term: 2 }), 'reject')).toMatchObject({ kind: 'granted' });
      expect(await registry.claim(claim({ client: 'd' }), 'reject')).toEqual({ kind: 'rejected' });
      const answer = await registry.claim(claim({ client: 'd' }), 'replace');
      expect(answer.kind === 'granted' && answer.replaced).toHaveLength(2);
    });

    it('[P6] revokes all sessions of a user, and of nobody else; their terms stay known', async () => {
      const { registry } = await world();
      const [one, two, other] = [claim({ term: 5 }), claim({ client: 'd' }), claim({ userId: 'v' })];
      for (const each of [one, two, other]) await registry.claim(each, 'multi');
      const ended: string[] = [];
      const told = new Promise<void>((resolve) => {
        registry.onEnded((sessionId, why) => {
          if (ended.push(`${sessionId} ${why}`) === 2) resolve();
        });
      });
      expect(await registry.revoke('u')).toBe(2);
      await told;
      expect(ended.sort()).toEqual([`${one.sessionId} revoked`, `${two.sessionId} revoked`].sort());
      for (const each of [one, two]) await registry.release(each);
      expect(await registry.ofUser('u')).toEqual([]);
      expect(await registry.ofUser('v')).toEqual([other]);
      expect(await registry.claim(claim({ term: 4 }), 'multi')).toEqual({ kind: 'stale', term: 5 });
      expect(await registry.claim(claim({ term: 6 }), 'multi')).toMatchObject({ kind: 'granted', superseded: null });
      expect(await registry.revoke('nobody')).toBe(0);
    });

    it('[P6] knows who is connected: all that was claimed, by user, renewed by the holder only', async () => {
      const { registry, wall } = await world();
      const odd = { email: 'a\ud800 b\n"', modules: [], shopId: '{s}' };
      const [one, two] = [claim({ ...odd, client: 'a b\n' }), claim({ userId: 'v %{}', client: '\ud801', tab: 't t' })];
      await registry.claim(one, 'multi');
      await registry.claim(two, 'multi');
      expect(await registry.ofUser('u')).toEqual([one]);
      expect(await registry.ofUser('v %{}')).toEqual([two]);
      expect([...(await registry.all())].sort((a, b) => Number(a.sessionId) - Number(b.sessionId))).toEqual([one, two]);
      const renewed = { ...one, expiresAt: wall() + 100_000, modules: ['m'] };
      await registry.renew(renewed);
      await registry.renew({ ...claim(), email: 'not mine' });
      expect(await registry.ofUser('u')).toEqual([renewed]);
      await registry.release(one);
      expect(await registry.all()).toEqual([two]);
    });
  });
}
