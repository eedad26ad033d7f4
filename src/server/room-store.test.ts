import { describe, expect, it } from 'vitest';
import { createWorld } from './realtime.fixture.ts';
import type { RoomStore } from './room-store.ts';

/** A store that two nodes share; its words about changes come when the test says so. */
function createShared() {
  const roomsByUser = new Map<string, Set<string>>();
  const handlers = new Set<(userId: string | null) => void>();
  let down = false;
  const asked = <T>(give: () => T) => (down ? Promise.reject(new Error('down')) : Promise.resolve(give()));
  const roomsOf = (userId: string) => roomsByUser.get(userId) ?? new Set<string>();
  const store: RoomStore = {
    of: (userId) => asked(() => [...roomsOf(userId)]),
    join: (userId, room) => asked(() => void roomsByUser.set(userId, roomsOf(userId).add(room))),
    leave: (userId, room) => asked(() => void roomsOf(userId).delete(room)),
    onChange(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
  };
  return {
    store,
    tell: (userId: string | null) => handlers.forEach((handler) => void handler(userId)),
    setDown: (is: boolean) => {
      down = is;
    },
  };
}

describe('rooms that nodes share', () => {
  function createNodes() {
    const shared = createShared();
    const [here, there] = [createWorld({ roomStore: shared.store }), createWorld({ roomStore: shared.store })];
    const settle = async (): Promise<void> => {
      await here.clock.settle();
      await there.clock.settle();
    };
    return { ...shared, here, there, settle };
  }

  it('[P6] what another node changed holds at the next word of it, or at the next connection', async () => {
    const { here, there, tell, settle } = createNodes();
    const { peer } = await here.enter('u');
    await there.realtime.joinRoom('u', 'a');
    await there.realtime.joinRoom('v', 'a');
    tell('u');
    await settle();
    await here.realtime.sendToRoom('a', 'tick', 1);
    await settle();
    expect(peer.story('room:a')).toEqual([1]);
    const { peer: later } = await here.enter('v');
    await here.realtime.sendToRoom('a', 'tick', 2);
    await settle();
    expect(later.story('room:a')).toEqual([2]);
    await there.realtime.leaveRoom('u', 'a');
    await there.realtime.leaveRoom('v', 'a');
    tell(null);
    await settle();
    expect(peer.story('room:a').at(-1)).toMatch(/^permissions_changed/);
    expect(later.story('room:a').at(-1)).toMatch(/^permissions_changed/);
    expect(await here.realtime.positionOf({ userId: 'v' })).not.toContain('room:a');
  });

  it('[P6] leaving while still joining leaves', async () => {
    const { here, settle } = createNodes();
    const { peer } = await here.enter('u');
    const joining = here.realtime.joinRoom('u', 'a');
    await here.realtime.leaveRoom('u', 'a');
    await joining;
    await here.realtime.sendToRoom('a', 'tick', 1);
    await settle();
    expect(peer.story('room:a').filter((each) => typeof each === 'number')).toEqual([]);
  });

  it('[P6] a store that is down changes nothing and lets nobody in', async () => {
    const { here, setDown, settle } = createNodes();
    const { peer } = await here.enter('u');
    setDown(true);
    await expect(here.realtime.joinRoom('u', 'a')).rejects.toThrow('down');
    await here.realtime.sendToRoom('a', 'tick', 1);
    expect((await here.enter('v')).answer).toMatchObject({ ok: false, code: 'unavailable' });
    setDown(false);
    await here.realtime.joinRoom('u', 'a');
    await here.realtime.sendToRoom('a', 'tick', 2);
    await settle();
    expect(peer.story('room:a')).toEqual([2]);
  });
});
