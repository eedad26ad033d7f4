import { describe, expect, it } from 'vitest';
import { openPage } from './facade.fixture.ts';

describe('a socket', () => {
  it('does nothing until it is used, and joins one task after its first use', async () => {
    const page = openPage();
    const socket = page.open();
    await page.clock.settle();
    expect([socket.status.connection, page.links.all.length]).toEqual(['idle', 0]);
    socket.on('order', () => {});
    expect(socket.status.role).toBe('none');
    await page.accept();
    expect(socket.status).toMatchObject({ role: 'leader', connection: 'connected', recovery: 'log', tabs: 1 });
    expect([socket.connected, socket.id, page.links.all.length]).toEqual([true, 'socket-id', 1]);
  });

  it('joins only when told to, if the app wants that', async () => {
    const page = openPage({ autoConnect: false });
    const socket = page.open();
    socket.on('order', () => {});
    await page.clock.settle();
    expect(page.links.all).toEqual([]);
    socket.connect();
    await page.accept();
    expect(socket.connected).toBe(true);
  });

  it('hands an event to all kinds of listeners, with what each of them is for', async () => {
    const page = openPage();
    const socket = page.open();
    const heard: unknown[] = [];
    socket.on('order', (...args) => heard.push(['on', ...args]));
    socket.once('order', (...args) => heard.push(['once', ...args]));
    socket.onAny((...args) => heard.push(['any', ...args]));
    socket.onEvent('order', (event) => heard.push(['event', event]));
    socket.onOneTab('order', (...args) => heard.push(['one', ...args]));
    await page.accept();
    await page.events(['order', { n: 1 }]);
    expect(heard).toEqual([
      ['any', 'order', { n: 1 }],
      ['on', { n: 1 }],
      ['once', { n: 1 }],
      ['event', { id: 1, type: 'order', payload: { n: 1 }, timestamp: 9, stream: 'user:u' }],
      ['one', { n: 1 }],
    ]);
    heard.length = 0;
    await page.events(['order', 2]);
    expect(heard.map((entry) => (entry as unknown[])[0])).toEqual(['any', 'on', 'event', 'one']);
  });

  it('takes listeners away by their undo, by name, and by a signal', async () => {
    const page = openPage();
    const socket = page.open();
    const heard: string[] = [];
    const abort = new AbortController();
    const named = () => heard.push('named');
    const off = socket.on('order', () => heard.push('undone'));
    socket.on('order', named);
    socket.on('order', () => heard.push('aborted'), { signal: abort.signal });
    socket.onAny(() => heard.push('any'), { signal: abort.signal });
    socket.onRefresh(() => heard.push('refresh'), { signal: abort.signal });
    socket.onStatus(() => heard.push('status'), { signal: abort.signal });
    socket.on('order', () => heard.push('never'), { signal: AbortSignal.abort() });
    await page.accept();
    heard.length = 0;
    await page.events(['order']);
    expect(heard).toEqual(['any', 'undone', 'named', 'aborted']);
    off();
    socket.off('order', named);
    abort.abort();
    heard.length = 0;
    await page.events(['order']);
    await page.packet('full_refresh', { stream: 'user:u', epoch: 'f', id: 0, reason: 'expired' });
    expect(heard).toEqual([]);
    expect(socket.diagnostics().counters).toMatchObject({ delivered: 2, unhandled: 1, refreshes: 1 });
  });

  it('[P7] a handler that throws is reported and counted; the others, the cursor and what follows go on', async () => {
    const page = openPage();
    const socket = page.open();
    const heard: unknown[] = [];
    const bad = new Error('mine');
    socket.on('order', () => {
      throw bad;
    });
    socket.on('order', (n) => heard.push(n));
    socket.onEvent('order', () => {
      throw bad;
    });
    await page.accept();
    await page.events(['order', 1], ['order', 2]);
    expect(heard).toEqual([1, 2]);
    expect(page.clock.reported).toEqual([bad, bad, bad, bad]);
    expect(socket.diagnostics()).toMatchObject({
      counters: { handlerErrors: 4, delivered: 2 },
      cursors: { 'user:u': { epoch: 'e', id: 2 } },
    });
  });

  it('[P7] a handler that throws in one tab is nothing to another', async () => {
    const page = openPage();
    const [here, there] = [page.open(), page.openElsewhere()];
    const heard: unknown[] = [];
    here.on('order', () => {
      throw new Error('mine');
    });
    await page.accept();
    there.on('order', (n) => heard.push(n));
    await page.clock.settle();
    expect([here.status.role, there.status.role, page.links.all.length]).toEqual(['leader', 'follower', 1]);
    await page.events(['order', 1]);
    await page.events(['order', 2]);
    expect(heard).toEqual([1, 2]);
    expect(there.diagnostics().counters.handlerErrors).toBe(0);
    expect(there.diagnostics().cursors).toEqual(here.diagnostics().cursors);
  });

  it('[P2] announces streams that are refreshed together as one notice, before the next event', async () => {
    const page = openPage();
    const socket = page.open();
    const heard: unknown[] = [];
    socket.onRefresh((notice) => heard.push(notice));
    socket.on('order', (n) => heard.push(n));
    const streams = { 'user:u': { epoch: 'e', id: 0 }, all: { epoch: 'a', id: 0 } };
    await page.accept({ streams });
    const { events } = page.links.last();
    for (const stream of ['user:u', 'all']) {
      events.onPacket('full_refresh', [{ stream, epoch: 'n', id: 4, reason: 'too_far' }]);
    }
    events.onPacket('event', [{ id: 5, type: 'order', payload: 5, timestamp: 0 }]);
    await page.clock.settle();
    expect(heard).toEqual([{ streams: ['user:u', 'all'], reason: 'too_far' }, 5]);
  });

  it('[P9] its status is one object until something changed, and each change is told once', async () => {
    const page = openPage();
    const socket = page.open();
    const seen: unknown[] = [];
    socket.onStatus((status) => seen.push(status));
    socket.on('order', () => {});
    await page.accept();
    const { status } = socket;
    expect(seen.at(-1)).toBe(status);
    expect(new Set(seen).size).toBe(seen.length);
    await page.events(['order', 1]);
    expect(socket.status).toBe(status);
    expect(Object.isFrozen(status)).toBe(true);
  });
});

describe('a frame that asks for an acknowledgement', () => {
  it('gets one, without an argument, when it was taken', async () => {
    const page = openPage();
    const socket = page.open();
    const heard: unknown[] = [];
    socket.on('order', (order) => heard.push(order));
    await page.accept();
    const acks: unknown[][] = [];
    const frame = { stream: 'user:u', epoch: 'e', prev: 0, id: 1 };
    const event = { id: 1, type: 'order', payload: 1, timestamp: 0 };
    await page.packet('events', { ...frame, events: [event] }, (...args: unknown[]) => acks.push(args));
    expect(heard).toEqual([1]);
    expect(acks).toEqual([[]]);
  });

  it("an app's own event is not acknowledged for it", async () => {
    const page = openPage();
    page.open().on('mine', () => {});
    await page.accept();
    const acks: unknown[] = [];
    await page.packet('mine', 1, () => acks.push('acknowledged'));
    expect(acks).toEqual([]);
  });
});

describe('what only the connection may say', () => {
  it.each(['connect', 'connect_error', 'disconnect'])('[P8] is not said by an event or a packet: %s', async (name) => {
    const page = openPage();
    const socket = page.open();
    const heard: unknown[] = [];
    socket.connect();
    await page.accept();
    socket.on(name, (...args: unknown[]) => heard.push(args));
    await page.events([name, 'forged'], ['order', 1]);
    await page.packet(name, 'forged');
    expect(heard).toEqual([]);
    expect(socket.diagnostics()).toMatchObject({ cursors: { 'user:u': { id: 2 } }, counters: { unhandled: 3 } });
  });
});

describe('without a companion', () => {
  it.each<[string, (socket: ReturnType<ReturnType<typeof openPage>['open']>) => unknown]>([
    ['onEvent', (socket) => socket.onEvent('order', () => {})],
    ['onRefresh', (socket) => socket.onRefresh(() => {})],
    ['state', (socket) => socket.state({ name: 's', load: () => Promise.reject(new Error()), on: {} })],
  ])('%s says that it needs one', (_, use) => {
    expect(() => use(openPage({ companion: false }).open())).toThrow(
      expect.objectContaining({ code: 'needs_companion' }),
    );
  });

  it('every packet passes untouched, whatever its name and arguments', async () => {
    const page = openPage({ companion: false });
    const socket = page.open();
    const heard: unknown[] = [];
    for (const name of ['order', 'event', 'authenticated', '__proto__']) {
      socket.on(name, (...args) => heard.push([name, ...args]));
    }
    await page.accept();
    await page.packet('order', 1, { a: 2 }, null);
    await page.packet('event', 'mine');
    await page.packet('authenticated');
    await page.packet('__proto__', 3);
    expect(heard).toEqual([['order', 1, { a: 2 }, null], ['event', 'mine'], ['authenticated'], ['__proto__', 3]]);
    expect(socket.status).toMatchObject({ connection: 'connected', recovery: 'none' });
  });
});
