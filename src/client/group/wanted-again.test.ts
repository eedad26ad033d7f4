/** What a page gave up is not tried again for ever because another page wants it. */
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
  const openPage = (store: Store | null = disk) => {
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

/** B had no sign-in for `/n` and left it to A, which leads both. */
async function setUpLeftToA(stored = true) {
  const world = setUp();
  const { clock, disk, openPage } = world;
  const [a, b] = [openPage(stored ? disk : null), openPage(stored ? disk : null)];
  let token: { token: string } | null = { token: 'x' };
  b.open('/');
  b.open('/n', { auth: () => token });
  await clock.settle();
  await b.serve();
  a.open('/');
  const used = a.open('/n');
  await clock.settle();
  token = null;
  b.linksOf('/n').last().events.onClose('transport close');
  for (let n = 0; n < 6; n += 1) {
    await clock.advance(5_000);
    await a.serve();
    await b.serve();
  }
  expect([a.live('/'), a.live('/n'), b.live('/'), b.live('/n')]).toEqual([1, 1, 0, 0]);
  return { ...world, a, b, used };
}

test('[P9] `auth` that gives null in all pages is not asked again and again', async () => {
  const { clock, openPage } = setUp();
  const [a, b] = [openPage(), openPage()];
  let calls = 0;
  let token: { token: string } | null = { token: 'x' };
  const auth = () => {
    calls += 1;
    return token;
  };
  for (const page of [a, b]) page.open('/');
  const used = [a, b].map((page) => page.open('/n', { auth }));
  await clock.settle();
  await a.serve();
  token = null;
  a.linksOf('/n').last().events.onClose('transport close');
  const passMinutes = async (minutes: number) => {
    for (let n = 0; n < minutes * 12; n += 1) {
      await clock.advance(5_000);
      for (const page of [a, b]) await page.serve();
    }
  };
  await passMinutes(2);
  const before = calls;
  const heard: string[] = [];
  for (const socket of used) socket.onStatus(({ connection }) => void heard.push(connection));
  await passMinutes(10);
  expect([calls - before, heard]).toEqual([0, []]);
});

test.each(['wrong_user', 'forbidden_origin', 'session_rejected', 'session_replaced'])(
  '[P9] a namespace that the server refuses for good (%s) is not tried again and again',
  async (code) => {
    const { clock, openPage } = setUp();
    const [a, b] = [openPage(), openPage()];
    for (const page of [a, b]) for (const namespace of ['/', '/n']) page.open(namespace);
    await clock.settle();
    const passMinutes = async (minutes: number) => {
      for (let n = 0; n < minutes * 12; n += 1) {
        await clock.advance(5_000);
        for (const page of [a, b]) await page.serve({ '/n': code });
      }
    };
    const count = () => [a, b].reduce((sum, page) => sum + page.linksOf('/n').all.length, 0);
    await passMinutes(2);
    const before = count();
    await passMinutes(10);
    expect(count() - before).toBe(0);
  },
);

test.each([true, false])(
  '[P9] one that another browser took over is not taken back for a page that has no sign-in (storage: %s)',
  async (stored) => {
    const { clock, a, b, used } = await setUpLeftToA(stored);
    const before = a.linksOf('/n').all.length;
    a.linksOf('/n').last().events.onPacket('session_replaced', [{}]);
    await clock.settle();
    const heard: string[] = [];
    used.onStatus(({ connection }) => void heard.push(connection));
    for (let n = 0; n < 60; n += 1) {
      await clock.advance(5_000);
      await a.serve();
      await b.serve();
    }
    expect([used.status.reason?.code, a.linksOf('/n').all.length - before, heard]).toEqual(['session_replaced', 0, []]);
  },
);

test('[P9] a refused one is not tried again because the page that leads ends another', async () => {
  const { clock, a } = await setUpLeftToA();
  const refusals = { '/n': 'session_rejected' };
  a.linksOf('/n').last().events.onClose('transport close');
  for (let n = 0; n < 12; n += 1) {
    await clock.advance(1_000);
    await a.serve(refusals);
  }
  const before = a.linksOf('/n').all.length;
  for (let n = 0; n < 5; n += 1) {
    const mounted = a.open('/m');
    await clock.settle();
    await a.serve(refusals);
    mounted.disconnect();
    await clock.advance(1_000);
    await a.serve(refusals);
  }
  expect(a.linksOf('/n').all.length - before).toBe(0);
});
