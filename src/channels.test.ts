/** The issue's own measure, over real sockets: filters that pass one event of a hundred, of ten thousand. */
import { afterEach, describe, expect, it } from 'vitest';
import { createClock } from './browser/clock.ts';
import { createLinks } from './browser/link.ts';
import { createSockets } from './client/socket/sockets.ts';
import type { EventChannel, OneSocket } from './client/types.ts';
import { cleanUp, later, range, sign, start } from './server/socket.fixture.ts';

afterEach(cleanUp);

/** A tab with a connection of its own, as in a browser without channels between tabs. */
function createTab(url: string, token: string): OneSocket {
  const page = { visible: () => true, active: () => true, watch: () => () => {} };
  const loadFallbackLock = () => Promise.reject(new Error('There is none'));
  const environment = { clock: createClock(), page, openBus: null, lock: null, loadFallbackLock, store: null };
  const sockets = createSockets({ environment, linkTo: createLinks() });
  const socket = sockets(`${url}/`, { companion: true, user: 'u1', auth: { token }, reconnectionDelay: 10 });
  later(() => socket.close());
  return socket;
}

function listen(channel: EventChannel) {
  const seen: number[] = [];
  const refreshes: string[] = [];
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const again of [...waiting]) again();
  };
  channel.onEvent('line', ({ id }) => {
    seen.push(id);
    look();
  });
  channel.onRefresh(({ reason }) => void refreshes.push(reason));
  channel.onStatus(look);
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const again = (): void => {
        if (!holds()) return;
        waiting.delete(again);
        resolve();
      };
      waiting.add(again);
      again();
    });
  return {
    seen,
    refreshes,
    joined: () => until(() => channel.status === 'joined'),
    last: (id: number) => until(() => seen.at(-1) === id),
  };
}

const every = (step: number, from: number, to: number): number[] => range(from, to).filter((n) => n % 100 === step);

describe('channels over a real server', () => {
  it('[P2] of 10,000 events each client gets the hundred of its filter, through a change and a cut, and nobody asks', async () => {
    const { io, realtime, url } = await start({ channels: { logs: { filters: ['part'] } } });
    let syncs = 0;
    io.use((socket, next) => {
      socket.onAny((name) => {
        if (name === 'request_sync') syncs += 1;
      });
      next();
    });
    const publish = async (from: number, to: number): Promise<void> => {
      for (const n of range(from, to)) {
        void realtime.to({ channel: 'logs' }).emit('line' as 'order', { id: n, part: n % 100 } as { id: number });
        if (n % 40 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const token = await sign('u1');
    const [one, two] = [createTab(url, token), createTab(url, token)];
    const first = listen(one.channel('logs', { part: 0 }));
    const before = two.channel('logs', { part: 50 });
    const second = listen(before);
    await Promise.all([first.joined(), second.joined()]);

    await publish(1, 5_000);
    await Promise.all([first.last(5_000), second.last(4_950)]);
    before.leave();
    const third = listen(two.channel('logs', { part: [25, 75] }));
    await third.joined();
    await publish(5_001, 7_510);
    await third.last(7_475);
    io.disconnectSockets(true);
    await publish(7_511, 10_000);
    await Promise.all([first.last(10_000), third.last(9_975)]);

    expect(first.seen).toEqual(every(0, 1, 10_000));
    expect(second.seen).toEqual(every(50, 1, 5_000));
    expect(third.seen).toEqual(range(5_001, 10_000).filter((n) => n % 100 === 25 || n % 100 === 75));
    expect([...first.refreshes, ...second.refreshes, ...third.refreshes]).toEqual([]);
    for (const { counters } of [one.diagnostics(), two.diagnostics()]) {
      expect([counters.syncs, counters.gaps, counters.malformed, counters.unhandled]).toEqual([0, 0, 0, 0]);
    }
    expect(syncs).toBe(0);
  });
});
