import { describe, expect, it } from 'vitest';
import { type Claim, createMemoryRegistry, isStale } from './registry.ts';
import { createManualClock } from './world.fixture.ts';

let sessions = 0;
function claim(of: Partial<Claim> = {}): Claim {
  sessions += 1;
  const id = String(sessions);
  return {
    userId: 'u',
    client: 'c',
    tab: 't',
    term: 1,
    attempt: 1,
    sessionId: id,
    socketId: id,
    connectedAt: 0,
    ...of,
  };
}

describe('the registry', () => {
  const known = { tab: 't', term: 5, attempt: 2 };
  it.each([
    ['a lower term', { tab: 'x', term: 4, attempt: 9 }, true],
    ['the same term from another tab', { tab: 'x', term: 5, attempt: 9 }, true],
    ["the same tab's lower attempt", { tab: 't', term: 5, attempt: 1 }, true],
    ["the same tab's same attempt", { tab: 't', term: 5, attempt: 2 }, true],
    ["the same tab's higher attempt", { tab: 't', term: 5, attempt: 3 }, false],
    ['a higher term', { tab: 'x', term: 6, attempt: 0 }, false],
  ])('[P1] %s: stale is %s', (_, newer, stale) => {
    expect(isStale(claim(newer), claim(known))).toBe(stale);
  });

  it('[P1] names the connection that a newer one puts an end to, and remembers the term after its close', async () => {
    const registry = createMemoryRegistry(createManualClock());
    const first = claim({ term: 5 });
    const second = claim({ term: 6, tab: 'x' });
    await registry.claim(first, 'multi');
    expect(await registry.claim(second, 'multi')).toMatchObject({ kind: 'granted', superseded: first.sessionId });
    await registry.release(second);
    expect(await registry.ofUser('u')).toEqual([]);
    expect(await registry.claim(claim({ term: 5, attempt: 9 }), 'multi')).toEqual({ kind: 'stale', term: 6 });
  });

  it('[P1] a late close of the old connection leaves the new one alone', async () => {
    const registry = createMemoryRegistry(createManualClock());
    const first = claim({ attempt: 1 });
    const second = claim({ attempt: 2 });
    await registry.claim(first, 'multi');
    await registry.claim(second, 'multi');
    await registry.release(first);
    expect(await registry.ofUser('u')).toEqual([second]);
  });

  it('[P8] remembers so many clients of one user, so that nobody pushes out those of others', async () => {
    const registry = createMemoryRegistry(createManualClock(), { maxPerUser: 3, maxClients: 10 });
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

  it('forgets a client when its token ends, or an hour after its close', async () => {
    const clock = createManualClock();
    const registry = createMemoryRegistry(clock);
    const bound = claim({ term: 9, expiresAt: clock.wall() + 5_000 });
    const free = claim({ term: 9, client: 'd' });
    for (const each of [bound, free]) {
      await registry.claim(each, 'multi');
      await registry.release(each);
    }
    await clock.advance(5_001);
    expect(await registry.claim(claim({ term: 1 }), 'multi')).toMatchObject({ kind: 'granted' });
    expect(await registry.claim(claim({ term: 1, client: 'd' }), 'multi')).toMatchObject({ kind: 'stale' });
    await clock.advance(3_600_000);
    expect(await registry.claim(claim({ term: 1, client: 'd' }), 'multi')).toMatchObject({ kind: 'granted' });
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

  it('replaces or rejects for another browser, never for a sibling tab or for itself', async () => {
    const registry = createMemoryRegistry(createManualClock());
    const first = claim({ client: 'c/1', term: 1 });
    await registry.claim(first, 'multi');
    expect(await registry.claim(claim({ client: 'c/2' }), 'reject')).toMatchObject({ kind: 'granted', replaced: [] });
    expect(await registry.claim(claim({ client: 'c/1', term: 2 }), 'reject')).toMatchObject({ kind: 'granted' });
    expect(await registry.claim(claim({ client: 'd' }), 'reject')).toEqual({ kind: 'rejected' });
    const answer = await registry.claim(claim({ client: 'd' }), 'replace');
    expect(answer.kind === 'granted' && answer.replaced).toHaveLength(2);
  });
});
