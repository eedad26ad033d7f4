import { describe, expect, it } from 'vitest';
import type { OneSocket } from '../types.ts';
import { openPage } from './facade.fixture.ts';

function listen(socket: OneSocket): string[] {
  const heard: string[] = [];
  socket.on('connect', () => heard.push('connect'));
  socket.on('disconnect', (reason) => heard.push(`disconnect: ${reason}`));
  socket.on('connect_error', (error) => heard.push(`connect_error: ${error.code}`));
  return heard;
}

describe("a socket's life", () => {
  it("mirrors the link with socket.io-client's events and words", async () => {
    const page = openPage();
    const socket = page.open();
    const heard = listen(socket);
    await page.accept();
    expect([heard, socket.recovered]).toEqual([['connect'], false]);
    page.links.last().events.onClose('transport close');
    await page.clock.settle();
    expect([heard.at(-1), socket.connected, socket.id]).toEqual(['disconnect: transport close', false, undefined]);
    await page.clock.advance(1_000);
    page.links.last().events.onRefused({ code: 'unavailable', message: '' });
    await page.clock.settle();
    expect(heard.at(-1)).toBe('connect_error: unavailable');
    await page.clock.advance(5_000);
    await page.accept();
    expect([heard.at(-1), socket.recovered]).toEqual(['connect', true]);
  });

  it('leaves with disconnect(), comes back with connect(), both as often as one likes', async () => {
    const page = openPage();
    const socket = page.open();
    const heard = listen(socket);
    await page.accept();
    socket.disconnect();
    socket.close();
    expect([heard, socket.status.connection, page.links.last().closed]).toEqual([
      ['connect', 'disconnect: io client disconnect'],
      'closed',
      true,
    ]);
    socket.on('order', () => {});
    await page.clock.advance(60_000);
    expect(page.links.all).toHaveLength(1);
    expect(page.clock.timers()).toBe(0);
    socket.connect();
    socket.connect();
    await page.accept();
    expect([page.links.all.length, heard.at(-1), socket.status.role]).toEqual([2, 'connect', 'leader']);
  });

  it('that ends before its first task never joins', async () => {
    const page = openPage();
    const socket = page.open();
    socket.on('order', () => {});
    socket.disconnect();
    await page.clock.advance(1_000);
    expect(page.links.all).toEqual([]);
  });

  it('[P1] shares one participant with a second one of the same page; the page leaves with the last', async () => {
    const page = openPage();
    const [first, second] = [page.open(), page.open()];
    const heard: string[] = [];
    first.on('order', () => heard.push('first'));
    second.on('order', () => heard.push('second'));
    await page.accept();
    expect([page.links.all.length, page.warnings]).toEqual([1, []]);
    expect(first.diagnostics().tab).toBe(second.diagnostics().tab);
    await page.events(['order']);
    first.disconnect();
    await page.events(['order']);
    expect(heard).toEqual(['first', 'second', 'second']);
    expect([first.connected, second.connected, page.links.last().closed]).toEqual([false, true, false]);
    second.disconnect();
    expect(page.links.last().closed).toBe(true);
  });

  it('[P9] shows a second one, or one that comes back, the connection that the page has already', async () => {
    const page = openPage();
    const [first, second] = [page.open(), page.open()];
    const heard = [first, second].map(listen);
    second.disconnect();
    await page.accept();
    second.connect();
    await page.clock.settle();
    expect([second.status.connection, second.connected, heard]).toEqual([
      'connected',
      true,
      [['connect'], ['connect']],
    ]);
    first.disconnect();
    first.connect();
    await page.clock.settle();
    expect(heard[0]).toEqual(['connect', 'disconnect: io client disconnect', 'connect']);
    expect([first.status.connection, heard[1], page.links.all.length]).toEqual(['connected', ['connect'], 1]);
  });

  it('warns a second one that wants it otherwise: the first decides', async () => {
    const page = openPage();
    page.open().connect();
    page.open({ ackTimeout: 5 }).connect();
    await page.accept();
    expect(page.warnings).toEqual([expect.stringContaining('options_differ')]);
    expect(page.links.all).toHaveLength(1);
  });

  it('[P6] is another group for another user', async () => {
    const page = openPage();
    page.open().connect();
    page.open({ user: 'v' }).connect();
    await page.clock.settle();
    expect(page.links.all).toHaveLength(2);
  });

  it('[P5] ends with the page at once, and comes back with it', async () => {
    const page = openPage();
    const socket = page.open();
    const heard = listen(socket);
    await page.accept();
    page.page.tell('left');
    expect([page.links.last().closed, socket.connected, heard.at(-1)]).toEqual([
      true,
      false,
      'disconnect: transport close',
    ]);
    await page.clock.advance(60_000);
    expect(page.links.all).toHaveLength(1);
    page.page.tell('back');
    page.page.tell('back');
    await page.accept();
    expect([page.links.all.length, heard.at(-1)]).toEqual([2, 'connect']);
  });

  it.each<[string, unknown]>([
    ['leaderTimeoutMs', 0],
    ['ackTimeout', -1],
    ['timeout', Number.NaN],
    ['authTimeoutMs', '5'],
    ['user', ''],
    ['user', 'x'.repeat(257)],
  ])('refuses an option that is none: %s %j', (name, value) => {
    expect(() => openPage().open({ [name]: value })).toThrow(expect.objectContaining({ code: 'bad_option' }));
  });
});

describe('a sign-out', () => {
  it('[P6] ends the group in all tabs, and wipes what it stored', async () => {
    const page = openPage();
    const [here, there] = [page.open(), page.openElsewhere()];
    here.on('order', () => {});
    await page.accept();
    there.on('order', () => {});
    await page.clock.settle();
    await page.events(['order']);
    await page.clock.advance(50);
    expect(page.store.kept.size).toBe(2);
    await there.signOut();
    await page.clock.advance(60_000);
    for (const socket of [here, there]) {
      expect(socket.status).toMatchObject({ role: 'none', connection: 'signed-out', reason: { code: 'signed_out' } });
      expect(socket.diagnostics().cursors).toEqual({});
    }
    expect(page.links.all.map(({ closed }) => closed)).toEqual([true]);
    expect([...page.store.kept.values()].filter((value) => value !== undefined)).toEqual([]);
    expect([...page.store.now.keys()].filter((key) => key.endsWith(':saved'))).toEqual([]);
  });

  it('[P6] is heard from a page that never joined, where there is no storage to tell of it', async () => {
    const page = openPage({}, () => ({ store: null }));
    const [here, there] = [page.open(), page.openElsewhere()];
    here.connect();
    await page.accept();
    await there.signOut();
    await page.clock.settle();
    expect(here.status).toMatchObject({ connection: 'signed-out', reason: { code: 'signed_out' } });
  });

  it('[P6] leaves nothing stored by a leader whose process sees the changed mark late', async () => {
    const page = openPage();
    const [here, there] = [page.open(), page.openElsewhere()];
    here.on('order', () => {});
    await page.accept();
    there.on('order', () => {});
    await page.events(['order']);
    const { store } = page;
    const readNow = store.readNow.bind(store);
    const before = new Map([...store.now].filter(([key]) => key.endsWith(':mark')));
    store.readNow = (key) => before.get(key) ?? readNow(key);
    await there.signOut();
    await page.clock.advance(60_000);
    expect(here.status.connection).toBe('signed-out');
    expect([...store.kept.values()].filter((value) => value !== undefined)).toEqual([]);
    expect([...store.now.keys()].filter((key) => key.endsWith(':saved'))).toEqual([]);
  });

  it('[P6] is found out by a tab that was away meanwhile', async () => {
    const page = openPage();
    const [here, there] = [page.open(), page.openElsewhere()];
    here.on('order', () => {});
    await page.accept();
    page.page.tell('left');
    there.on('order', () => {});
    await page.accept();
    await there.signOut();
    page.page.tell('back');
    await page.clock.advance(1_000);
    expect(here.status).toMatchObject({ connection: 'signed-out' });
    expect(page.links.all).toHaveLength(2);
  });

  it('[P6] tokens never go between tabs, and neither do they into the store', async () => {
    const page = openPage({ auth: { token: 'secret-token' } });
    const [here, there] = [page.open(), page.openElsewhere()];
    here.on('order', () => {});
    await page.accept();
    there.emit('mine', 1);
    await page.clock.settle();
    await page.events(['order']);
    page.page.tell('left');
    await page.clock.settle();
    const kept = JSON.stringify([page.hub.posts, [...page.store.kept], [...page.store.now]]);
    expect(page.links.all[0]?.auth).toMatchObject({ token: 'secret-token' });
    expect(kept.length).toBeGreaterThan(100);
    expect(kept).not.toContain('secret-token');
  });
});
