/** What the page that leads gave up in one namespace, and the pages that want it, or another one. */
import { expect, test } from 'vitest';
import { openBrowser } from './namespaces.fixture.ts';

/** B had no sign-in for `/n` and left it to A, which leads both. */
async function leaveToA(stored = true) {
  const world = openBrowser();
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
  const { clock, openPage } = openBrowser();
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
    const { clock, openPage } = openBrowser();
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
    const { clock, a, b, used } = await leaveToA(stored);
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
  const { clock, a } = await leaveToA();
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

test('[P9] a page back from the cache that sees late that the group is halted says so in the end', async () => {
  const { clock, disk, openPage } = openBrowser();
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
  const { clock, openPage } = openBrowser();
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
