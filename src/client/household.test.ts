import { describe, expect, test } from 'vitest';
import { createManualClock } from '../core/clock.fixture.ts';
import type { OpenBus } from '../core/ports.ts';
import { protocolVersion } from '../protocol/limits.ts';
import { greeting } from './connector.fixture.ts';
import { createSockets } from './create.ts';
import { createLock } from './facade.fixture.ts';
import type { OneSocketOptions } from './option-types.ts';
import { createHub, createLinks, createPage, createStore, type FakeLinks } from './ports.fixture.ts';
import type { OneSocket } from './types.ts';

const server = 'https://server';
const householdName = `onesocket:${protocolVersion}:companion:${server}:/socket.io:u`;

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
        const { pathname } = new URL(url);
        const links = linksByNamespace.get(pathname) ?? createLinks();
        linksByNamespace.set(pathname, links);
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
    for (const wants of [null, 'x', [7], ['no-slash'], ['/'.padEnd(300, 'x')]])
      forged.post({ v: protocolVersion, wants });
    await clock.settle();
    expect(root.diagnostics().counters.malformed).toBe(5);
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
});
