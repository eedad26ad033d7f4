/** Namespaces that the page that leads gave up, and pages that are not told or have no room. */
import { expect, test } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import type { Store } from '../../core/ports.ts';
import { greeting } from '../leader/connector.fixture.ts';
import type { OneSocketOptions } from '../option-types.ts';
import { createHub, createLinks, createPage, createStore, type FakeLinks } from '../ports.fixture.ts';
import { createLock } from '../socket/facade.fixture.ts';
import { createSockets } from '../socket/sockets.ts';

function setUp() {
  const clock = createManualClock();
  const hub = createHub(clock.soon);
  const lock = createLock(clock.soon);
  const disk = createStore();
  const openPage = (store: Store = disk) => {
    const links: Record<string, FakeLinks> = {};
    const page = createPage();
    const sockets = createSockets({
      environment: {
        ...{ clock, page, store, lock, openBus: hub.openBus },
        loadFallbackLock: () => Promise.reject(new Error('not here')),
      },
      linkTo: (url) => {
        const { pathname } = new URL(url);
        links[pathname] ??= createLinks();
        return (links[pathname] as FakeLinks).openLink;
      },
    });
    const linksOf = (namespace: string): FakeLinks => {
      links[namespace] ??= createLinks();
      return links[namespace] as FakeLinks;
    };
    return {
      page,
      linksOf,
      open: (namespace: string, options: OneSocketOptions = {}) =>
        sockets(`https://server${namespace}`, { companion: true, user: 'u', ...options }).connect(),
      live: (namespace: string) => linksOf(namespace).all.filter(({ closed }) => !closed).length,
      async serve(codes: Record<string, string> = {}) {
        for (const [ns, { all }] of Object.entries(links)) {
          const last = all.at(-1);
          if (!last || last.closed) continue;
          const code = codes[ns];
          if (code) last.events.onRefused({ code, message: 'no', cause: { code, message: 'no' } });
          else {
            last.events.onOpen('id');
            last.events.onPacket('authenticated', [greeting]);
          }
        }
        await clock.settle();
      },
    };
  };
  return { clock, hub, disk, openPage };
}

test('[P9] a page back from the cache that sees late that the group is halted says so in the end', async () => {
  const { clock, disk, openPage } = setUp();
  let isLate = false;
  const b = openPage({ ...disk, readNow: (key) => (isLate && key.endsWith(':halt') ? null : disk.readNow(key)) });
  const a = openPage();
  a.open('/');
  a.open('/n');
  await clock.settle();
  await a.serve();
  b.open('/');
  const used = b.open('/n');
  await clock.settle();
  b.page.tell('left');
  a.linksOf('/n').last().events.onPacket('session_replaced', [{}]);
  isLate = true;
  b.page.tell('back');
  await clock.advance(500);
  isLate = false;
  for (let n = 0; n < 24; n += 1) {
    await clock.advance(5_000);
    await a.serve();
    await b.serve();
  }
  expect([used.status.connection, used.status.reason?.code]).toEqual(['failed', 'session_replaced']);
});

test('[P5] those that were refused and are used no more leave room for others', async () => {
  const { clock, openPage } = setUp();
  const [a, b] = [openPage(), openPage()];
  a.open('/');
  await clock.settle();
  await a.serve();
  b.open('/');
  for (let n = 0; n < 20; n += 1) {
    const room = b.open(`/room${n}`);
    await clock.settle();
    await a.serve({ [`/room${n}`]: 'connection_denied' });
    room.disconnect();
    await clock.advance(5_000);
  }
  const used = b.open('/good');
  for (let n = 0; n < 24; n += 1) {
    await clock.advance(5_000);
    await a.serve();
    await b.serve();
  }
  expect([used.status.connection, used.status.role]).toEqual(['connected', 'follower']);
});
