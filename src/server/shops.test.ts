import { describe, expect, it } from 'vitest';
import { limits } from '../protocol/limits.ts';
import type { Identity } from './identity.ts';
import { createWorld } from './realtime.fixture.ts';
import { createRooms } from './rooms.ts';
import { range } from './socket.fixture.ts';

const moduleByType = { order_created: 'orders', order_updated: 'orders', chat_message: 'chat' };

/** Tokens are names of these. */
const identities: Record<string, Identity> = {
  both: { userId: 'both', shopId: 's1', modules: ['orders', 'chat'] },
  orders: { userId: 'orders', shopId: 's1', modules: ['orders'] },
  none: { userId: 'none', shopId: 's1', modules: [] },
  any: { userId: 'any', shopId: 's1' },
  other: { userId: 'other', shopId: 's2', modules: ['orders', 'chat'] },
  'orders later': { userId: 'orders', shopId: 's1', modules: ['chat'] },
  'orders moved': { userId: 'orders', shopId: 's2', modules: ['orders'] },
  admin: { userId: 'admin', rooms: ['admin:all', 'classroom:5'] },
  'admin later': { userId: 'admin', rooms: ['classroom:5'] },
  hoarder: { userId: 'hoarder', rooms: range(1, limits.streams).map((n) => `r${n}`) },
  slash: { userId: 'slash', shopId: 's1/orders' },
};
const authenticate = (token = ''): Identity => identities[token] as Identity;
const world = () => createWorld({ authenticate, moduleByType });

describe('shops', () => {
  it("[P6] an event goes to the sessions of the shop that have the type's module, and to no other", async () => {
    const { realtime, enter, clock } = world();
    const names = ['both', 'orders', 'none', 'any', 'other', 'slash'];
    const peers = new Map<string, Awaited<ReturnType<typeof enter>>['peer']>();
    for (const name of names) peers.set(name, (await enter(name, { client: name })).peer);
    const receipt = await realtime.to({ shop: 's1' }).emit('order_created', { id: 1 });
    expect(receipt.stream).toBe('shop:s1/orders');
    await realtime.to({ shop: 's1' }).emit('chat_message', 'hi');
    await realtime.to({ shop: 's1' }).emit('opening_hours', 9);
    await clock.settle();
    const heard = (name: string) =>
      peers
        .get(name)
        ?.all('events')
        .flatMap((frame) => frame.events.map((event: { type: string }) => event.type)) ?? [];
    expect(Object.fromEntries(names.map((name) => [name, heard(name).sort()]))).toEqual({
      both: ['chat_message', 'opening_hours', 'order_created'],
      orders: ['opening_hours', 'order_created'],
      none: ['opening_hours'],
      any: ['chat_message', 'opening_hours', 'order_created'],
      other: [],
      slash: [],
    });
    const [{ events }] = peers.get('both')?.all('events') ?? [];
    expect(events[0].scope).toEqual({ shopId: 's1', module: 'orders' });
  });

  it("[P6] gives nothing of another shop or module to who asks for it by the stream's name", async () => {
    const { enter } = world();
    const { peer } = await enter('orders');
    for (const stream of ['shop:s1/chat', 'shop:s2', 'shop:s2/orders', 'room:admin:all']) {
      expect(await peer.ask('request_sync', { stream, lastEventId: 0 })).toMatchObject({
        error: { code: 'forbidden' },
      });
      expect((await peer.ask('subscribe', { streams: { [stream]: null } })).streams).toEqual({});
    }
  });

  it('[P6] a renewed token opens and ends streams in mid-session', async () => {
    const { realtime, enter, clock } = world();
    const { peer } = await enter('orders');
    expect(await peer.ask('reauthenticate', { token: 'orders later' })).toMatchObject({ ok: true });
    await clock.settle();
    await realtime.to({ shop: 's1' }).emit('order_created', 1);
    await realtime.to({ shop: 's1' }).emit('chat_message', 2);
    await clock.settle();
    expect(peer.story('shop:s1/orders')).toEqual(['permissions_changed@0']);
    expect(peer.story('shop:s1/chat')).toEqual([1]);
    expect((await realtime.sessions({ module: 'chat' })).map(({ userId }) => userId)).toEqual(['orders']);
    await peer.ask('reauthenticate', { token: 'orders moved' });
    await clock.settle();
    await realtime.to({ shop: 's1' }).emit('chat_message', 3);
    await realtime.to({ shop: 's2' }).emit('order_created', 4);
    await clock.settle();
    expect(peer.story('shop:s1/chat')).toEqual([1, 'permissions_changed@0']);
    expect(peer.story('shop:s1')).toEqual(['permissions_changed@0']);
    expect(peer.story('shop:s2/orders')).toEqual([1]);
  });

  it('a user hears of the module of a type sent to it, so that it can be ignored', async () => {
    const { realtime, enter, clock } = world();
    const { peer } = await enter('none');
    await realtime.sendToUser('none', 'order_created', 1);
    await clock.settle();
    expect(peer.all('events')[0].events[0].scope).toEqual({ module: 'orders' });
  });
});

describe("a token's rooms", () => {
  it('[P6] are joined with it, and left with it', async () => {
    const { realtime, enter, clock } = world();
    const { peer } = await enter('admin');
    await realtime.sendToRoom('admin:all', 'alarm', 1);
    await realtime.sendToRoom('classroom:5', 'lesson', 1);
    await clock.settle();
    await peer.ask('reauthenticate', { token: 'admin later' });
    await realtime.sendToRoom('admin:all', 'alarm', 2);
    await realtime.sendToRoom('classroom:5', 'lesson', 2);
    await clock.settle();
    expect(peer.story('room:admin:all')).toEqual([1, 'permissions_changed@0']);
    expect(peer.story('room:classroom:5')).toEqual([1, 2]);
  });

  it('are refused when they are more than a client can be in', async () => {
    const { enter } = world();
    expect((await enter('hoarder')).answer).toMatchObject({ ok: false, code: 'unauthorized' });
  });

  it('leave fewer rooms to be joined where there are modules', () => {
    expect(() => createRooms(range(1, limits.streams).map(String))).toThrow(RangeError);
    const rooms = createRooms(['a', 'b']);
    const member = { userId: 'u', shopId: 's', rooms: ['own'] };
    for (const n of range(1, limits.streams - limits.channels - 5)) rooms.join('u', `r${n}`);
    expect(() => rooms.join('u', 'one more')).toThrow(RangeError);
    expect(rooms.streamsOf(member)).toHaveLength(limits.streams - limits.channels);
  });
});
