/** Channels with filters, in tabs that come, go, crash and lose their connection. */
import { describe, expect, test } from 'vitest';
import type { EventChannel } from '../client/types.ts';
import type { ChannelsOption } from '../server/channels.ts';
import { createRealm, type Realm, type SimTab } from './realm.ts';

const channels: ChannelsOption = { logs: { filters: ['level'] } };
const open = (): Realm => createRealm({ server: { channels } });

interface Listening {
  readonly channel: EventChannel;
  readonly seen: number[];
  readonly refreshes: string[];
  readonly statuses: string[];
}

function listen(tab: SimTab, filter?: { readonly level: string | readonly string[] }): Listening {
  const channel = tab.socket.channel('logs', filter);
  const seen: number[] = [];
  const refreshes: string[] = [];
  const statuses: string[] = [];
  channel.onEvent('line', ({ id }) => seen.push(id));
  channel.onRefresh(({ reason }) => refreshes.push(reason));
  channel.onStatus((status) => statuses.push(status));
  return { channel, seen, refreshes, statuses };
}

async function log(realm: Realm, ...levels: string[]): Promise<void> {
  for (const level of levels) await realm.server.to({ channel: 'logs' }).emit('line', { level });
  await realm.run(200);
}

const count = (tab: SimTab, name: 'syncs' | 'gaps' | 'malformed' | 'duplicates' | 'unhandled'): number =>
  tab.socket.diagnostics().counters[name];
const streams = (tab: SimTab): string[] =>
  Object.keys(tab.socket.diagnostics().cursors).filter((stream) => stream.startsWith('channel:'));

describe('channels of the tabs of a browser', () => {
  test('[P2] each tab gets what its own filter passes, over one connection, and nobody asks for a hole', async () => {
    const realm = open();
    const [first, second, third] = [realm.openTab(), realm.openTab(), realm.openTab()];
    const errors = listen(first, { level: 'error' });
    const warnings = listen(second, { level: ['warn', 'error'] });
    const stray: unknown[] = [];
    third.socket.onAny((name) => stray.push(name));
    const all = listen(third);
    await realm.run(1_000);
    expect([errors, warnings, all].map(({ channel }) => channel.status)).toEqual(['joined', 'joined', 'joined']);
    await log(realm, 'info', 'error', 'info', 'warn', 'info');
    await log(realm, 'info', 'error');
    await realm.run(20_000);
    await log(realm, 'info', 'error');
    expect([errors.seen, warnings.seen, all.seen]).toEqual([
      [2, 7, 9],
      [2, 4, 7, 9],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    ]);
    expect(stray).toEqual([]);
    expect(realm.server.hub()?.accepted()).toHaveLength(1);
    for (const tab of [first, second, third]) {
      expect([count(tab, 'syncs'), count(tab, 'gaps'), count(tab, 'malformed'), count(tab, 'unhandled')]).toEqual([
        0, 0, 0, 0,
      ]);
      expect(streams(tab)).toHaveLength(1);
    }
  });

  test('[P5] channels go on when the leader crashes, and when the network comes back', async () => {
    const realm = open();
    const [first, second, third] = [realm.openTab(), realm.openTab(), realm.openTab()];
    first.socket.connect();
    await realm.settle();
    const heard = [listen(second, { level: 'error' }), listen(third, { level: 'warn' })];
    await realm.run(1_000);
    await log(realm, 'error', 'warn', 'info');
    realm.crash(first);
    await log(realm, 'error', 'warn', 'info');
    await realm.run(8_000);
    realm.cutNetwork();
    await log(realm, 'error', 'warn', 'info');
    realm.healNetwork();
    await realm.run(10_000);
    await log(realm, 'error', 'warn', 'info');
    expect(heard.map(({ seen }) => seen)).toEqual([
      [1, 4, 7, 10],
      [2, 5, 8, 11],
    ]);
    expect(heard.flatMap(({ refreshes }) => refreshes)).toEqual([]);
  });

  test('[P2] who joins a channel that another tab is in starts at the present', async () => {
    const realm = open();
    const first = realm.openTab();
    const early = listen(first);
    await realm.settle();
    const present = realm.openTab();
    present.socket.connect();
    await realm.settle();
    await log(realm, 'a', 'b');
    const second = realm.openTab();
    const late = listen(second);
    await realm.run(1_000);
    await log(realm, 'c');
    const third = listen(first);
    await realm.run(1_000);
    await log(realm, 'd');
    // A tab that was there before, without the channel.
    const fourth = listen(present);
    await realm.run(1_000);
    await log(realm, 'e');
    const all = [early.seen, late.seen, third.seen, fourth.seen];
    expect(all).toEqual([[1, 2, 3, 4, 5], [3, 4, 5], [4, 5], [5]]);
    expect([count(first, 'syncs'), count(second, 'syncs'), count(second, 'duplicates')]).toEqual([0, 0, 0]);
  });

  test('[P2] another filter in mid-stream: leave, and join anew', async () => {
    const realm = open();
    const tab = realm.openTab();
    const before = listen(tab, { level: 'error' });
    await realm.settle();
    await log(realm, 'error', 'warn');
    before.channel.leave();
    const after = listen(tab, { level: 'warn' });
    await realm.run(1_000);
    await log(realm, 'error', 'warn');
    expect([before.seen, after.seen, before.channel.status]).toEqual([[1], [4], 'left']);
    await realm.run(15_000);
    expect(streams(tab)).toEqual(['channel:logs?level=warn']);
    expect([count(tab, 'syncs'), count(tab, 'gaps')]).toEqual([0, 0]);
  });

  test('[P2] a filter that changes with each key that is pressed is not refused for those before it', async () => {
    const realm = open();
    const tab = realm.openTab();
    let last = listen(tab, { level: 'x' });
    for (let key = 0; key < 70; key += 1) {
      last.channel.leave();
      last = listen(tab, { level: `x${key}` });
      await realm.run(100);
    }
    expect(last.channel.status).toBe('joined');
    await log(realm, 'x1', 'x69');
    expect(last.seen).toEqual([2]);
  });

  test('a channel is left at the server only after a while, and only if nobody came back', async () => {
    const realm = open();
    const tab = realm.openTab();
    const inRoom = (): number => realm.server.hub()?.broadcast('onesocket:live:channel:logs', 'probe') ?? 0;
    const first = listen(tab);
    await realm.settle();
    expect(inRoom()).toBe(1);
    first.channel.leave();
    await realm.run(5_000);
    const again = listen(tab);
    await realm.run(20_000);
    expect([inRoom(), again.channel.status]).toEqual([1, 'joined']);
    const other = realm.openTab();
    const theirs = listen(other);
    await realm.run(1_000);
    again.channel.leave();
    await realm.run(20_000);
    expect([inRoom(), theirs.channel.status]).toEqual([1, 'joined']);
    realm.crash(other);
    await realm.run(200_000);
    expect(inRoom()).toBe(0);
  });

  test('[P2] leaving and joining in one go, as a component that renders twice does, loses nothing', async () => {
    const realm = open();
    const tab = realm.openTab();
    const first = listen(tab);
    await realm.settle();
    await log(realm, 'a');
    first.channel.leave();
    const second = listen(tab);
    await realm.server.to({ channel: 'logs' }).emit('line', {});
    await realm.run(1_000);
    expect([first.seen, second.seen]).toEqual([[1], [2]]);
  });

  test('[P4] after all tabs closed, a tab that joins the same channel goes on where the last one stood', async () => {
    const realm = open();
    const first = realm.openTab();
    const before = listen(first, { level: 'error' });
    await realm.settle();
    const follower = realm.openTab();
    const other = listen(follower, { level: 'warn' });
    await realm.run(1_000);
    await log(realm, 'error', 'warn', 'info');
    realm.closeTab(follower);
    realm.closeTab(first);
    await log(realm, 'error', 'warn', 'info');
    const next = realm.openTab();
    const after = listen(next, { level: 'error' });
    await realm.run(3_000);
    // Its app joins this one only later.
    const later = listen(next, { level: 'warn' });
    await realm.run(3_000);
    expect([before.seen, other.seen, after.seen, later.seen]).toEqual([[1], [2], [4], [5]]);
    realm.closeTab(next);
    await log(realm, 'error');
    const last = realm.openTab();
    last.socket.connect();
    await realm.run(30_000);
    const tooLate = listen(last, { level: 'error' });
    await realm.run(3_000);
    await log(realm, 'error');
    expect(tooLate.seen).toEqual([8]);
  });

  test('[P6] a channel that is refused, or taken away, says so and hears nothing', async () => {
    let allowed = false;
    const realm = createRealm({ server: { channels: { logs: { allow: () => allowed } } } });
    const [first, second] = [realm.openTab(), realm.openTab()];
    const heard = [listen(first), listen(second)];
    await realm.run(3_000);
    expect(heard.map(({ channel }) => channel.status)).toEqual(['forbidden', 'forbidden']);
    await log(realm, 'secret');
    allowed = true;
    const again = listen(second);
    await realm.run(3_000);
    expect([...heard, again].map(({ channel }) => channel.status)).toEqual(['forbidden', 'joined', 'joined']);
    await log(realm, 'fine');
    allowed = false;
    await realm.server.realtime()?.recheckChannels('user');
    await log(realm, 'secret');
    await realm.run(3_000);
    expect([...heard, again].map(({ channel }) => channel.status)).toEqual(['forbidden', 'forbidden', 'forbidden']);
    expect([...heard, again].map(({ seen }) => seen)).toEqual([[], [2], [2]]);
    expect(again.refreshes).toEqual(['permissions_changed']);
    // The next connection asks again.
    allowed = true;
    realm.cutNetwork();
    await realm.run(1_000);
    realm.healNetwork();
    await realm.run(15_000);
    expect(heard.map(({ channel }) => channel.status)).toEqual(['joined', 'joined']);
    expect(heard[0]?.statuses).toEqual(['forbidden', 'joining', 'joined']);
  });

  test('[P2] messages that get lost between the tabs only delay a channel', async () => {
    const realm = open();
    const leader = realm.openTab();
    leader.socket.connect();
    await realm.settle();
    const other = realm.openTab();
    other.socket.connect();
    await realm.settle();
    leader.browser.bus.lose(leader.page, 3);
    const heard = listen(other, { level: 'error' });
    await realm.run(5_000);
    expect(heard.channel.status).toBe('joined');
    await log(realm, 'info', 'error');
    expect(heard.seen).toEqual([2]);
  });

  test('[P2] a shared state asks nothing of the channels that its tab is in', async () => {
    const realm = open();
    const load = async () => ({
      state: 'loaded',
      position: (await realm.server.realtime()?.positionOf({ userId: 'user' })) ?? '',
    });
    const [first, second] = [realm.openTab(), realm.openTab()];
    const supplied = first.socket.state({ name: 'orders', load, on: {} });
    listen(second);
    await realm.run(3_000);
    await log(realm, 'a');
    const late = second.socket.state({ name: 'orders', load, on: {} });
    await realm.run(3_000);
    const loaded = { state: 'loaded', stale: false };
    expect([supplied.getSnapshot(), late.getSnapshot()]).toEqual([loaded, loaded]);
  });

  test('[P8] a name that says nothing, and one too many, are refused at once', async () => {
    const realm = open();
    const { socket } = realm.openTab();
    for (const [name, filter] of [
      ['', {}],
      ['a?b', {}],
      ['logs', { level: [] }],
      ['x'.repeat(300), {}],
    ] as const) {
      expect(() => socket.channel(name, filter)).toThrow(expect.objectContaining({ code: 'bad_option' }));
    }
    for (let n = 0; n < 32; n += 1) socket.channel('logs', { level: n });
    expect(() => socket.channel('logs', { level: 'more' })).toThrow(expect.objectContaining({ code: 'bad_option' }));
    expect(socket.channel('logs', { level: '3' }).status).toBe('joining');
    const plain = realm.openTab({ socket: { companion: false } });
    expect(() => plain.socket.channel('logs')).toThrow(expect.objectContaining({ code: 'needs_companion' }));
  });
});
