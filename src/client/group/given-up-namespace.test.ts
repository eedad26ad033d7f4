/** A page that leads gives up one of its namespaces for a reason of its own, and keeps the lock for the others. */
import { expect, test } from 'vitest';
import { openBrowser } from './namespaces.fixture.ts';

test('[P5] a page that uses both takes over the one that the leading page has no sign-in for', async () => {
  const { clock, openPage } = openBrowser();
  const [a, b] = [openPage(), openPage()];
  let token: { token: string } | null = { token: 'x' };
  const own = { auth: () => token };
  a.open('/');
  a.open('/n', own);
  await clock.settle();
  await a.serve();
  const root = b.open('/');
  const used = b.open('/n', { auth: () => ({ token: 'y' }) });
  await clock.settle();
  expect([root.status.connection, used.status.connection]).toEqual(['connected', 'connected']);
  token = null;
  a.linksOf('/n').last().events.onClose('transport close');
  for (let n = 0; n < 12; n += 1) {
    await clock.advance(5_000);
    await b.serve();
  }
  expect([used.status.connection, b.live('/n')]).toEqual(['connected', 1]);
});

test('[P9] a page that uses both hears why, where the leading page tries again, and takes nothing over', async () => {
  const { clock, openPage } = openBrowser();
  const [a, b] = [openPage(), openPage()];
  let token: { token: string } | Error = { token: 'x' };
  const auth = (): { token: string } => {
    if (token instanceof Error) throw token;
    return token;
  };
  a.open('/');
  a.open('/n', { auth });
  await clock.settle();
  await a.serve();
  b.open('/');
  const used = b.open('/n', { auth });
  await clock.settle();
  token = new Error('not now');
  a.linksOf('/n').last().events.onClose('transport close');
  await clock.advance(20_000);
  expect([used.status.connection, used.status.reason?.code, b.live('/')]).toEqual(['waiting', 'auth_failed', 0]);
  token = { token: 'x' };
  await clock.advance(20_000);
  await a.serve();
  expect(used.status.connection).toBe('connected');
});

test.each(['a new page', 'connect()'])(
  '[P9] %s is not locked out by the leading page that sees late that the halt was taken back, where it uses both',
  async (how) => {
    const { clock, disk, openPage } = openBrowser();
    const seen = new Map<string, string>();
    const a = openPage({ ...disk, readNow: (key) => seen.get(key) ?? disk.readNow(key) });
    const b = openPage();
    a.open('/');
    a.open('/n');
    await clock.settle();
    await a.serve();
    const before = how === 'connect()' ? [b.open('/'), b.open('/n')] : [];
    await clock.settle();
    a.linksOf('/n').last().events.onPacket('session_replaced', [{}]);
    await clock.advance(2_000);
    for (const [key, value] of disk.now) if (key.endsWith(':halt')) seen.set(key, value);
    expect(seen.size).toBe(1);
    const [, used] = before.length ? before : [b.open('/'), b.open('/n')];
    used?.connect();
    await clock.settle();
    seen.clear();
    for (let n = 0; n < 12; n += 1) {
      await clock.advance(5_000);
      await a.serve();
      await b.serve();
    }
    expect([used?.status.connection, a.live('/n') + b.live('/n')]).toEqual(['connected', 1]);
  },
);

test.each([[['/n']], [['/', '/n']]])(
  '[P9] a page back from the cache hears that another browser took over, and steals nothing (it uses %j)',
  async (namespaces) => {
    const { clock, openPage } = openBrowser();
    const [a, b] = [openPage(), openPage()];
    const root = a.open('/');
    a.open('/n');
    await clock.settle();
    await a.serve();
    const used = namespaces.map((namespace) => b.open(namespace)).at(-1);
    await clock.settle();
    b.page.tell('left');
    a.linksOf('/n').last().events.onPacket('session_replaced', [{}]);
    await clock.advance(2_000);
    b.page.tell('back');
    for (let n = 0; n < 6; n += 1) {
      await clock.advance(5_000);
      await a.serve();
      await b.serve();
    }
    expect([used?.status.reason?.code, a.live('/n') + b.live('/n')]).toEqual(['session_replaced', 0]);
    expect([root.status.role, a.linksOf('/').all.length]).toEqual(['leader', 1]);
  },
);

test('[P5] one that another browser took over comes back by connect(), led by the page that leads', async () => {
  const { clock, openPage } = openBrowser();
  const [a, b] = [openPage(), openPage()];
  a.open('/');
  await clock.settle();
  await a.serve();
  const used = b.open('/n');
  await clock.settle();
  await a.serve();
  a.linksOf('/n').last().events.onPacket('session_replaced', [{}]);
  await clock.advance(3_000);
  expect(used.status.reason?.code).toBe('session_replaced');
  used.connect();
  await clock.settle();
  await a.serve();
  expect([used.status.connection, a.live('/'), a.live('/n'), b.live('/n')]).toEqual(['connected', 1, 1, 0]);
});

test('[P9] is wanted by no page that heard that none can have it', async () => {
  const { clock, hub, openPage } = openBrowser();
  const [a, b] = [openPage(), openPage()];
  for (const page of [a, b]) for (const namespace of ['/', '/n']) page.open(namespace);
  await clock.settle();
  const refusal = { code: 'forbidden_origin', message: 'not from here' };
  a.linksOf('/')
    .last()
    .events.onRefused({ ...refusal, cause: refusal });
  await a.serve();
  const wants: unknown[] = [];
  const bus = hub.openBus('onesocket:1:["companion:https://server:/socket.io","u"]', (value) => wants.push(value));
  bus.post({ v: 1, wants: [], asks: true });
  await clock.settle();
  expect(wants).toEqual([a, b].map(() => ({ v: 1, wants: ['/n'] })));
  expect(a.linksOf('/').all).toHaveLength(1);
});
