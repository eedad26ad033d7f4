import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import { z } from 'zod';
import { CommandError } from '../server/errors.ts';
import type { Realtime } from '../server/realtime-types.ts';
import { createRealm, type Tab } from './index.ts';

interface Order {
  readonly id: number;
}
interface ServerEvents {
  order_created: (order: Order) => void;
  cleared: () => void;
}
interface ClientEvents {
  pay: (order: Order, done: (sum: number) => void) => void;
}
const typed = (options: Parameters<typeof createRealm<ServerEvents, ClientEvents>>[0] = {}) =>
  createRealm<ServerEvents, ClientEvents>(options);

/** What a tab is handed. */
function record(tab: Tab<ServerEvents, ClientEvents>): number[] {
  const ids: number[] = [];
  tab.socket.on('order_created', ({ id }) => ids.push(id));
  return ids;
}

describe('createRealm()', () => {
  it('[P1] [P2] has real sockets: one connection, every event in every tab, in order', async () => {
    const realm = typed();
    const seen = [realm.openTab(), realm.openTab(), realm.openTab()].map(record);
    await realm.settle();
    for (let id = 1; id <= 20; id += 1) await realm.server.to('all').emit('order_created', { id });
    await realm.settle();
    const all = Array.from({ length: 20 }, (_, at) => at + 1);
    expect(seen).toEqual([all, all, all]);
    expect(await realm.server.sessions()).toHaveLength(1);
  });

  it('is typed by the maps of the app', () => {
    const realm = typed();
    const { socket } = realm.openTab();
    expectTypeOf(socket.emitWithAck<'pay'>).returns.resolves.toEqualTypeOf<number>();
    const all = realm.server.to('all');
    // @ts-expect-error: not an event of the map
    void all.emit('order_lost', { id: 1 });
    // @ts-expect-error: not its payload
    void all.emit('order_created', 'x');
    // @ts-expect-error: not its result
    realm.server.onCommand('pay', ({ id }) => `${id}`);
    expectTypeOf(realm.openTab().socket).toEqualTypeOf(socket);
  });

  it('[P3] runs commands by typed handlers, which are there again after a restart', async () => {
    const realm = typed();
    realm.server.onCommand('pay', ({ id }, { session }) => {
      if (id === 0) throw new CommandError('nothing_to_pay', `not by ${session.userId}`);
      return id * 2;
    });
    const tab = realm.openTab({ user: 'ada' });
    expect(await realm.until(tab.socket.emitWithAck('pay', { id: 4 }))).toBe(8);
    await expect(realm.until(tab.socket.emitWithAck('pay', { id: 0 }))).rejects.toMatchObject({
      code: 'nothing_to_pay',
      outcome: 'refused',
      message: 'not by ada',
    });
    realm.server.stop();
    expect(() => realm.server.to('all')).toThrow('realm.server.to(): the server is stopped, call realm.server.start()');
    realm.server.start();
    await realm.until(() => !tab.socket.connected);
    expect(await realm.until(tab.socket.emitWithAck('pay', { id: 5 }))).toBe(10);
  });

  it('[P8] runs `serve`, the set-up of the real server, in each process', async () => {
    const setUp = (realtime: Realtime<ServerEvents, ClientEvents>): void => {
      const schema = z.object({ id: z.number().positive() });
      realtime.onCommand('pay', { schema }, ({ id }) => id + 1);
    };
    const realm = typed({ server: { serve: setUp } });
    const { socket } = realm.openTab();
    expect(await realm.until(socket.emitWithAck('pay', { id: 1 }))).toBe(2);
    realm.server.stop();
    await realm.until(() => !socket.connected);
    realm.server.start();
    expect(await realm.until(socket.emitWithAck('pay', { id: 2 }))).toBe(3);
    await expect(realm.until(socket.emitWithAck('pay', { id: -1 }))).rejects.toMatchObject({ outcome: 'refused' });
  });

  it('[P5] gives what happens to browsers: crash, hang, freeze, cache, network', async () => {
    type T = Tab<ServerEvents, ClientEvents>;
    const realm = typed();
    const tabs = Array.from({ length: 5 }, () => realm.openTab());
    const seen = tabs.map(record);
    await realm.settle();
    let id = 0;
    const emit = async (): Promise<void> => {
      id += 1;
      await realm.server.to('all').emit('order_created', { id });
    };
    const [a, b, c, d, e] = tabs as [T, T, T, T, T];
    for (const [fail, mend] of [
      [() => realm.crash(a), () => {}],
      [() => realm.hang(b), () => realm.unhang(b)],
      [() => realm.freeze(c), () => realm.thaw(c)],
      [() => realm.navigateAway(d), () => realm.navigateBack(d)],
      [() => realm.hide(e), () => realm.show(e)],
      [() => realm.goOffline(), () => realm.goOnline()],
      [() => realm.stallNetwork(), () => realm.goOnline()],
      [() => realm.cutNetwork(), () => {}],
      [() => realm.closeTab(b), () => {}],
    ] as const) {
      fail();
      await emit();
      await realm.run(10_000);
      mend();
      await realm.until(() => seen.slice(2).every((ids) => ids.at(-1) === id));
    }
    const all = Array.from({ length: id }, (_, at) => at + 1);
    expect(seen.slice(2)).toEqual([all, all, all]);
    expect(await realm.server.sessions()).toHaveLength(1);
  });

  it('[P5] has no network while it is offline, and a new connection at once when it is back', async () => {
    const realm = typed();
    const tab = realm.openTab();
    tab.socket.connect();
    await realm.settle();
    realm.goOffline();
    await realm.until(() => !tab.socket.connected);
    await expect(realm.until(() => tab.socket.connected, 120_000)).rejects.toThrow('leader, waiting, transport');
    realm.goOnline();
    await realm.until(() => tab.socket.connected, 500);
    realm.stallNetwork();
    await expect(realm.until(() => !tab.socket.connected, 4_000)).rejects.toThrow('leader, connected');
    await realm.until(() => !tab.socket.connected, 20_000);
  });

  it('[P10] [P6] has browsers of other kinds and users of their own', async () => {
    const realm = typed({ server: { authenticate: (token) => ({ userId: token?.slice(1) ?? '' }) } });
    const bare = realm.openBrowser({ name: 'bare', channels: false, locks: false, storage: false });
    const mine = realm.openTab({ socket: { auth: { token: '-ada' }, user: 'ada' } });
    const hers = realm.openTab({ browser: bare, user: 'eve', socket: { auth: { token: '-eve' } } });
    const seen = [record(mine), record(hers)];
    await realm.settle();
    await realm.server.sendToUser('ada', 'order_created', { id: 1 });
    await realm.settle();
    expect(seen).toEqual([[1], []]);
    expect([hers.socket.status.role, hers.browser.name]).toEqual(['solo', 'bare']);
  });

  it('[P2] loses its log when told to', async () => {
    const realm = typed();
    const tab = realm.openTab();
    const reasons: string[] = [];
    tab.socket.onRefresh(({ reason }) => reasons.push(reason));
    await realm.settle();
    realm.server.loseLog();
    await realm.server.to('all').emit('cleared');
    await realm.settle();
    expect(reasons).toContain('epoch_changed');
  });

  it('[P7] fails the test whose app threw, unless it is told where else to', async () => {
    const realm = typed();
    const tab = realm.openTab();
    tab.socket.on('order_created', () => {
      throw new Error('a bug of the app');
    });
    await realm.settle();
    await realm.server.to('all').emit('order_created', { id: 1 });
    await expect(realm.settle()).rejects.toThrow('a bug of the app');
    await realm.settle();
    await realm.server.to('all').emit('order_created', { id: 2 });
    await realm.server.to('all').emit('order_created', { id: 3 });
    await expect(realm.settle()).rejects.toBeInstanceOf(AggregateError);
    const onError = vi.fn();
    const other = typed({ onError });
    other.openTab().socket.on('cleared', () => {
      throw new Error('again');
    });
    await other.settle();
    await other.server.to('all').emit('cleared');
    await other.settle();
    expect(onError.mock.calls).toMatchObject([[{ message: 'again' }, 'tab1']]);
  });

  it('says what it waits for in vain, and what can not be done', async () => {
    const realm = typed();
    const tab = realm.openTab();
    await expect(realm.until(() => tab.socket.connected, 500)).rejects.toThrow(
      'not within 500 ms of simulated time. tab1 (running): none, idle',
    );
    expect(realm.now()).toBe(500);
    expect(() => realm.thaw(tab)).toThrow('realm.thaw(): tab1 is running; it has to be frozen');
    realm.crash(tab);
    expect(() => realm.hide(tab)).toThrow('realm.hide(): tab1 is closed; it has to be running');
    expect(() => realm.crash(tab)).toThrow('tab1 is closed');
    expect(() => realm.crash(typed().openTab())).toThrow(TypeError);
    expect(() => realm.openTab({ browser: { name: 'browser1' } })).toThrow('not of this realm');
    await expect(createRealm().until(() => false, 1)).rejects.toThrow('No tab was opened');
  });

  it('goes on under fake timers, and in the same way each time', async () => {
    vi.useFakeTimers();
    try {
      const lines = async (seed: number): Promise<string> => {
        const trace: string[] = [];
        const realm = typed({ seed, onTrace: (line) => trace.push(line) });
        record(realm.openTab());
        await realm.settle();
        return trace.join('\n');
      };
      const first = await lines(7);
      expect(first).toContain('tab1: link: connected');
      expect(await lines(7)).toBe(first);
      expect(await lines(8)).not.toBe(first);
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes anything for a promise but the server', async () => {
    const realm = typed();
    expect(await realm.until(Promise.resolve(3))).toBe(3);
    expect(await realm.server).toBe(realm.server);
  });
});
