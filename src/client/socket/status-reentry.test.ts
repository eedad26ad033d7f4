/** What is told where a handler of the news itself connects, disconnects or signs out. */
import { describe, expect, it } from 'vitest';
import type { OneSocket } from '../types.ts';
import { openPage } from './facade.fixture.ts';

function listen(socket: OneSocket): string[] {
  const heard: string[] = [];
  socket.on('connect', () => heard.push(`connect, ${socket.connected}`));
  socket.on('disconnect', (reason) => heard.push(`disconnect, ${reason}`));
  return heard;
}

describe('a handler of the status', () => {
  it('[P9] that disconnects at the end of the connection does not keep it from being told', async () => {
    const page = openPage();
    const socket = page.open();
    const heard = listen(socket);
    socket.onStatus(({ connection }) => void (connection === 'waiting' && socket.disconnect()));
    await page.accept();
    page.links.last().events.onClose('transport close');
    await page.clock.settle();
    expect(heard).toEqual(['connect, true', 'disconnect, io client disconnect']);
  });

  it('[P9] that disconnects at once is no reason for a disconnect without a connect', async () => {
    const page = openPage();
    const socket = page.open();
    const heard = listen(socket);
    socket.onStatus(({ connection }) => void (connection === 'connected' && socket.disconnect()));
    await page.accept();
    expect(['', 'connect, true|disconnect, io client disconnect']).toContain(heard.join('|'));
  });

  it('[P9] that signs out: nobody is told of a connection afterwards', async () => {
    const page = openPage();
    const socket = page.open();
    const heard = listen(socket);
    socket.onStatus(({ connection }) => void (connection === 'connected' && socket.signOut()));
    await page.accept();
    expect(['', 'connect, true|disconnect, io client disconnect']).toContain(heard.join('|'));
  });
});

describe('several sockets of one page', () => {
  it.each(['signOut', 'disconnectAll'] as const)(
    '[P9] %s in the first one: the second hears no `connect` after it',
    async (how) => {
      const page = openPage();
      const [first, second] = [page.open(), page.open()];
      const heard = listen(second);
      first.on('connect', () => {
        if (how === 'signOut') void first.signOut();
        else for (const socket of [first, second]) socket.disconnect();
      });
      first.connect();
      second.connect();
      await page.accept();
      expect(['', 'connect, true|disconnect, io client disconnect']).toContain(heard.join('|'));
    },
  );

  it('[P9] one that joins in the handler of another hears of the connection once', async () => {
    const page = openPage({ autoConnect: false });
    const [first, second] = [page.open(), page.open()];
    const heard = listen(second);
    first.on('connect', () => void second.connect());
    first.connect();
    await page.accept();
    expect(heard).toEqual(['connect, true']);
  });

  it('[P9] one that joins at the end of the connection hears only of the next', async () => {
    const page = openPage({ autoConnect: false });
    const [first, second] = [page.open(), page.open()];
    const heard = listen(second);
    first.on('disconnect', () => void second.connect());
    first.connect();
    await page.accept();
    page.links.last().events.onClose('transport close');
    await page.clock.settle();
    expect(heard).toEqual([]);
  });

  it.each(['connect', 'disconnect', 'connect_error', 'tick', 'status'])(
    '[P7] one that comes anew in its handler of %s hears of it once',
    async (what) => {
      const page = openPage();
      const socket = page.open();
      let times = 0;
      const again = (): void => {
        times += 1;
        if (times < 20) socket.disconnect().connect();
      };
      if (what !== 'status') socket.on(what, again);
      else socket.onStatus(({ connection }) => void (connection === 'connected' && again()));
      socket.connect();
      if (what === 'connect_error') {
        await page.clock.settle();
        page.links.last().events.onRefused({ code: 'unavailable', message: '' });
        await page.clock.settle();
      } else await page.accept();
      if (what === 'tick') await page.events(['tick', 1]);
      if (what === 'disconnect') page.links.last().events.onClose('transport close');
      await page.clock.settle();
      expect(times).toBe(1);
    },
  );
});
