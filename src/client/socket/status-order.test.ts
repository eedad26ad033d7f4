/** What a handler of `connect`, `disconnect` or `connect_error` reads in `socket.status` is what it was just told. */
import { describe, expect, it } from 'vitest';
import { createHandLock, follow, toStatement } from '../group/fellow.fixture.ts';
import { greeting } from '../leader/connector.fixture.ts';
import type { OneSocket } from '../types.ts';
import { openPage } from './facade.fixture.ts';

function listen(socket: OneSocket): string[] {
  const heard: string[] = [];
  const say = (what: string): void => void heard.push(`${what}, ${socket.status.connection}, ${socket.connected}`);
  socket.on('connect', () => say('connect'));
  socket.on('disconnect', (reason) => say(reason));
  socket.on('connect_error', ({ code }) => say(String(code)));
  return heard;
}

describe('the status in a handler', () => {
  it.each(['leader', 'follower'])('[P9] is what the %s was just told', async (who) => {
    const page = openPage();
    const leader = page.open();
    leader.connect();
    await page.clock.settle();
    const socket = who === 'leader' ? leader : page.openElsewhere();
    const heard = listen(socket);
    await page.accept();
    page.links.last().events.onClose('transport close');
    await page.clock.settle();
    await page.clock.advance(1_000);
    page.links.last().events.onRefused({ code: 'unavailable', message: '' });
    await page.clock.settle();
    await page.clock.advance(10_000);
    await page.accept();
    await page.packet('session_replaced', {});
    expect(heard).toEqual([
      'connect, connected, true',
      'transport close, waiting, false',
      'unavailable, waiting, false',
      'connect, connected, true',
      'io server disconnect, failed, false',
      ...heard.slice(5),
    ]);
  });

  it.each(['here', 'there'])(
    '[P9] is signed-out at once where the app signs out %s, by its own wish',
    async (where) => {
      const page = openPage();
      const [here, there] = [page.open(), page.openElsewhere()];
      here.connect();
      await page.accept();
      there.connect();
      await page.clock.settle();
      const heard = listen(here);
      const statuses: string[] = [];
      here.onStatus(({ connection }) => statuses.push(connection));
      await (where === 'here' ? here : there).signOut();
      await page.clock.settle();
      expect([heard, statuses]).toEqual([['io client disconnect, signed-out, false'], ['signed-out']]);
    },
  );

  it('[P9] is that of the end, also for a follower that missed it', async () => {
    const page = openPage({}, () => ({ lock: createHandLock() }));
    const { socket, fellow } = await follow(page);
    const heard = listen(socket);
    const link = { connection: 'connected', serial: 2, recovered: true, time: 1 } as const;
    fellow.say({ type: 'alive', ...toStatement({ link }) });
    await page.clock.settle();
    expect(heard).toEqual(['transport close, connecting, false', 'connect, connected, true']);
    socket.once('disconnect', () => void socket.disconnect());
    fellow.say({ type: 'alive', ...toStatement({ link: { ...link, serial: 3 } }) });
    await page.clock.settle();
    expect([heard.slice(2), socket.status.connection]).toEqual([['transport close, connecting, false'], 'closed']);
  });

  it('[P9] is that of the connection still, where a sign-out comes right behind it', async () => {
    const page = openPage();
    const socket = page.open();
    const heard = listen(socket);
    socket.connect();
    await page.clock.settle();
    const { events } = page.links.last();
    events.onOpen('id');
    events.onPacket('authenticated', [greeting]);
    const mark = [...page.store.now.keys()].find((key) => key.endsWith(':mark'));
    page.store.changeElsewhere(String(mark), 'of a sign-out');
    expect(heard).toEqual(['connect, connected, true', 'io client disconnect, signed-out, false']);
  });
});
