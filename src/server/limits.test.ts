import { describe, expect, it } from 'vitest';
import type { Limits } from './limits.ts';
import { createWorld } from './realtime.fixture.ts';
import type { FakePeer } from './world.fixture.ts';

async function openTwo(limits: Partial<Limits>) {
  const world = createWorld({ limits });
  world.realtime.onCommand('add', () => 1);
  const one = await world.enter('u', { client: 'c1' });
  const two = await world.enter('u', { client: 'c2' });
  const other = await world.enter('v', { client: 'c3' });
  let id = 0;
  const command = async ({ peer }: { readonly peer: FakePeer }) => {
    id += 1;
    const { time } = peer.all('authenticated')[0];
    const answer = await peer.ask('command', { id: `k${id}`, name: 'add', args: [], sentAt: time });
    return answer.ok ? 'ok' : answer.error.code;
  };
  const sync = async ({ peer }: { readonly peer: FakePeer }) =>
    (await peer.ask('request_sync', { lastEventId: 0 })).error?.code ?? 'ok';
  return { ...world, one, two, other, command, sync };
}

describe('limits of a user', () => {
  it('hold for the commands of all connections together, and for nobody else', async () => {
    const { one, two, other, command, clock } = await openTwo({ userCommands: { perSecond: 1, burst: 3 } });
    expect([await command(one), await command(two), await command(one)]).toEqual(['ok', 'ok', 'ok']);
    expect([await command(two), await command(one), await command(other)]).toEqual([
      'rate_limited',
      'rate_limited',
      'ok',
    ]);
    await clock.advance(1_000);
    expect(await command(two)).toBe('ok');
  });

  it('hold for syncs, and are not filled by connecting anew', async () => {
    const { one, two, sync, enter } = await openTwo({ userSyncs: { perSecond: 1, burst: 2 } });
    expect([await sync(one), await sync(two), await sync(one)]).toEqual(['ok', 'ok', 'rate_limited']);
    one.peer.drop();
    two.peer.drop();
    expect(await sync(await enter('u', { client: 'c1', attempt: 2 }))).toBe('rate_limited');
  });

  it('bound the connections of a user on one node; one that replaces its own counts once', async () => {
    const { enter, other } = await openTwo({ connectionsPerUser: 2 });
    const third = await enter('u', { client: 'c4' });
    expect(third.answer).toMatchObject({ ok: false, code: 'rate_limited' });
    expect((await enter('u', { client: 'c1', attempt: 2 })).answer.ok).toBe(true);
    expect(other.peer.connected()).toBe(true);
  });
});
