import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import type { OpenBus } from '../../core/ports.ts';
import { protocolVersion } from '../../protocol/limits.ts';
import { greeting } from '../leader/connector.fixture.ts';
import type { OneSocketOptions } from '../option-types.ts';
import { createHub, createLinks, createPage, createStore, type FakeLinks } from '../ports.fixture.ts';
import { createLock } from '../socket/facade.fixture.ts';
import { createSockets } from '../socket/sockets.ts';
import type { OneSocket } from '../types.ts';

const server = 'https://server';
const householdName = `onesocket:${protocolVersion}:["companion:${server}:/socket.io","u"]`;

/** A browser whose pages use namespaces of one server. */
function setUp() {
  const clock = createManualClock();
  const hub = createHub(clock.soon);
  const lock = createLock(clock.soon);
  const store = createStore();
  const openPageHere = (openBus: OpenBus = hub.openBus) => {
    const page = createPage();
    const linksByNamespace = new Map<string, FakeLinks>();
    const sockets = createSockets({
      environment: {
        ...{ clock, page, store, lock, openBus },
        loadFallbackLock: () => Promise.reject(new Error('not here')),
      },
      linkTo(url) {
        const { pathname, search } = new URL(url);
        const links = linksByNamespace.get(pathname + search) ?? createLinks();
        linksByNamespace.set(pathname + search, links);
        return links.openLink;
      },
    });
    return {
      page,
      open(namespace: string, options: OneSocketOptions = {}): OneSocket {
        const socket = sockets(server + namespace, { companion: true, user: 'u', ...options });
        socket.connect();
        return socket;
      },
      /** Connections that this page has now, by namespace. */
      connections: () =>
        [...linksByNamespace].flatMap(([namespace, { all }]) =>
          all.filter((link) => !link.closed).map(() => namespace),
        ),
      links: (namespace: string) => linksByNamespace.get(namespace)?.all ?? [],
      async refuse(namespace: string, code: string) {
        linksByNamespace.get(namespace)?.last().events.onRefused({ code, message: 'no', cause: { code } });
        await clock.settle();
      },
      async accept(namespace: string) {
        const events = linksByNamespace.get(namespace)?.last().events;
        events?.onOpen('id');
        events?.onPacket('authenticated', [{ ...greeting, streams: { 'user:u': { epoch: 'e', id: 0 } } }]);
        await clock.settle();
      },
      async event(namespace: string, type: string, id: number) {
        const events = [{ id, type, payload: id, timestamp: 9 }];
        const frame = { stream: 'user:u', epoch: 'e', prev: id - 1, id, events };
        linksByNamespace.get(namespace)?.last().events.onPacket('events', [frame]);
        await clock.settle();
      },
    };
  };
  return { clock, hub, store, openPage: openPageHere };
}

describe('namespaces of one server', () => {
  test('[P1] of one page lead together', async () => {
    const { clock, openPage } = setUp();
    const [first, second] = [openPage(), openPage()];
    const sockets = [first.open('/'), first.open('/chat')];
    await clock.settle();
    const others = [second.open('/chat'), second.open('/')];
    await clock.settle();
    expect(first.connections()).toEqual(['/', '/chat']);
    expect(second.connections()).toEqual([]);
    expect([...sockets, ...others].map(({ status }) => status.role)).toEqual([
      'leader',
      'leader',
      'follower',
      'follower',
    ]);
  });

  test('[P1] that only another page uses are led by the page that leads', async () => {
    const { clock, openPage } = setUp();
    const [first, second] = [openPage(), openPage()];
    first.open('/');
    await clock.settle();
    const chat = second.open('/chat');
    const heard: unknown[] = [];
    chat.on('said', (n: unknown) => heard.push(n));
    await clock.settle();
    expect([first.connections(), second.connections()]).toEqual([['/', '/chat'], []]);
    await first.accept('/chat');
    await first.event('/chat', 'said', 1);
    expect([chat.status.role, chat.connected, heard]).toEqual(['follower', true, [1]]);
  });

  test('[P5] go to the next page together when the one that leads them closes', async () => {
    const { clock, openPage } = setUp();
    const [first, second, third] = [openPage(), openPage(), openPage()];
    first.open('/');
    await clock.settle();
    const chat = second.open('/chat');
    const root = third.open('/');
    await clock.settle();
    first.page.tell('left');
    await clock.settle();
    expect(first.connections()).toEqual([]);
    expect(second.connections().sort()).toEqual(['/', '/chat']);
    expect(third.connections()).toEqual([]);
    expect([chat.status.role, root.status.role]).toEqual(['leader', 'follower']);
  });

  test('end with their last user', async () => {
    const { clock, openPage } = setUp();
    const [first, second] = [openPage(), openPage()];
    const root = first.open('/');
    await clock.settle();
    const chat = second.open('/chat');
    await clock.settle();
    chat.close();
    await clock.settle();
    expect(first.connections()).toEqual(['/']);
    chat.connect();
    await clock.settle();
    expect(first.connections()).toEqual(['/', '/chat']);
    root.close();
    await clock.settle();
    expect([first.connections(), second.connections()]).toEqual([[], ['/chat']]);
    expect(chat.status.role).toBe('leader');
  });

  test('[P1] a page that leads one for others and then uses it itself has one connection for it', async () => {
    const { clock, openPage } = setUp();
    const [first, second] = [openPage(), openPage()];
    const root = first.open('/');
    await clock.settle();
    second.open('/chat');
    await clock.settle();
    const chat = first.open('/chat');
    await clock.settle();
    expect(first.connections()).toEqual(['/', '/chat']);
    expect(chat.status.role).toBe('leader');
    chat.close();
    await clock.settle();
    expect(first.connections()).toEqual(['/', '/chat']);
    expect(root.status.role).toBe('leader');
  });

  test('[P6] a sign-out in one is from all of them, in all pages', async () => {
    const { clock, openPage, store } = setUp();
    const [first, second] = [openPage(), openPage()];
    const [root, chat] = [first.open('/'), first.open('/chat')];
    await clock.settle();
    const others = [second.open('/admin'), second.open('/')];
    await clock.settle();
    await root.signOut();
    await clock.settle();
    expect([root, chat, ...others].map(({ status }) => status.connection)).toEqual(Array(4).fill('signed-out'));
    expect([...first.connections(), ...second.connections()]).toEqual([]);
    expect([...store.kept.keys()].filter((key) => store.kept.get(key) !== undefined)).toEqual([]);
  });

  test('[P8] what is no list of namespaces is dropped and counted; too many are not led', async () => {
    const { clock, hub, openPage } = setUp();
    const page = openPage();
    const root = page.open('/');
    await clock.settle();
    const forged = hub.openBus(householdName, () => {});
    for (const wants of [null, 'x', [7], ['no-slash'], ['/'.padEnd(1_001, 'x')], Array(1_001).fill('/')])
      forged.post({ v: protocolVersion, wants });
    await clock.settle();
    expect(root.diagnostics().counters.malformed).toBe(6);
    forged.post({ v: protocolVersion, wants: Array.from({ length: 100 }, (_, i) => `/${i}`) });
    await clock.settle();
    expect(page.connections()).toHaveLength(16);
  });

  test('[P5] that was not heard to be wanted is called for again, and steals nothing', async () => {
    const { clock, hub, openPage } = setUp();
    const first = openPage();
    let isLost = true;
    const second = openPage((name, hear) => {
      const bus = hub.openBus(name, hear);
      return { ...bus, post: (message) => void (isLost && name === householdName ? null : bus.post(message)) };
    });
    const root = first.open('/');
    second.open('/');
    await clock.settle();
    await first.accept('/');
    const chat = second.open('/chat');
    await clock.advance(10_000);
    expect([chat.status.role, first.connections()]).toEqual(['electing', ['/']]);
    isLost = false;
    await clock.advance(10_000);
    expect([chat.status.role, root.status.role, first.connections()]).toEqual(['follower', 'leader', ['/', '/chat']]);
  });

  test('[P1] of several queries are led apart, by the page that leads', async () => {
    const { clock, openPage } = setUp();
    const [first, second] = [openPage(), openPage()];
    first.open('/?shop=1');
    await clock.settle();
    const others = ['/chat?shop=1', '/?shop=2'].map((namespace) => second.open(namespace));
    await clock.settle();
    expect(first.connections()).toEqual(['/?shop=1', '/chat?shop=1', '/?shop=2']);
    expect(others.map(({ status }) => status.role)).toEqual(['follower', 'follower']);
    await clock.advance(30_000);
    expect(second.connections()).toEqual([]);
  });

  test('that other pages use are asked for with the `auth` that the app set last', async () => {
    const { clock, openPage } = setUp();
    const [first, second] = [openPage(), openPage()];
    const root = first.open('/');
    root.auth = { token: 't' };
    await clock.settle();
    second.open('/chat');
    await clock.settle();
    expect(first.links('/chat')[0]?.auth).toMatchObject({ token: 't' });
  });

  for (const isOwn of [true, false]) {
    test(`[P9] refused for good${isOwn ? '' : ', of other pages only'}: the next page hears why, and takes nothing over`, async () => {
      const { clock, openPage } = setUp();
      const [first, second, third] = [openPage(), openPage(), openPage()];
      const root = first.open('/');
      (isOwn ? first : second).open('/chat');
      await clock.settle();
      await first.accept('/');
      await first.refuse('/chat', 'forbidden_origin');
      expect(first.connections()).toEqual(['/']);
      const chat = third.open('/chat');
      await clock.settle();
      expect(first.connections()).toEqual(['/', '/chat']);
      await first.refuse('/chat', 'forbidden_origin');
      expect(chat.status).toMatchObject({ connection: 'failed', reason: { code: 'forbidden_origin' } });
      await clock.advance(60_000);
      expect([root.status.role, first.connections(), first.links('/chat')]).toMatchObject(['leader', ['/'], [{}, {}]]);
    });
  }

  test('[P5] that failed for a while are tried again for the pages that use them', async () => {
    const { clock, openPage } = setUp();
    const [first, second] = [openPage(), openPage()];
    const root = first.open('/');
    await clock.settle();
    const chat = second.open('/chat');
    await clock.settle();
    await first.accept('/');
    for (const _ of [1, 2]) {
      await first.refuse('/chat', 'unauthorized');
      await clock.settle();
    }
    expect(first.connections()).toEqual(['/']);
    await clock.advance(2_000);
    expect(first.connections()).toEqual(['/', '/chat']);
    await first.accept('/chat');
    expect([chat.connected, root.connected, chat.status.role]).toEqual([true, true, 'follower']);
  });

  test('that were led for other pages leave nothing behind at a sign-out', async () => {
    const { clock, openPage } = setUp();
    const [first, second] = [openPage(), openPage()];
    const root = first.open('/');
    await clock.settle();
    second.open('/chat');
    await clock.settle();
    expect([first.connections(), first.page.watchers()]).toEqual([['/', '/chat'], 2]);
    await root.signOut();
    await clock.settle();
    expect([first.connections(), first.page.watchers()]).toEqual([[], 1]);
  });

  test('[P9] one that another browser took over is not taken back by a page that leads it for others', async () => {
    const { clock, openPage } = setUp();
    const [a, b, c] = [openPage(), openPage(), openPage()];
    a.open('/');
    await clock.settle();
    await a.accept('/');
    const used = b.open('/n');
    c.open('/');
    await clock.settle();
    await a.accept('/n');
    a.links('/n').at(-1)?.events.onPacket('session_replaced', [{}]);
    await clock.advance(3_000);
    a.page.tell('left'); // the next page leads, and nobody asked for anything
    await clock.advance(5_000);
    await c.accept('/');
    await clock.advance(3_000);
    expect([used.status.reason?.code, ...c.connections(), ...b.connections()]).toEqual(['session_replaced', '/']);
  });
});
