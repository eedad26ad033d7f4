/** A leader gives the connection up while it is in doubt whether it leads, or while `auth` is under way. */
import { expect, it } from 'vitest';
import { createLock, openPage } from '../socket/facade.fixture.ts';
import { createHandLock, follow, joinAsFellow } from './fellow.fixture.ts';

function openInDoubt(options: Parameters<typeof openPage>[0] = {}) {
  const answers: (() => void)[] = [];
  const page = openPage(options, ({ soon }) => ({
    lock: { ...createLock(soon), holder: () => new Promise((resolve) => answers.push(() => resolve('holder'))) },
  }));
  const answer = (): void => {
    for (const next of answers.splice(0)) next();
  };
  return { page, answer };
}

it.each([true, false])(
  '[P9] connect() after a replacement in doubt connects, also while the platform has not answered (it will: %s)',
  async (answers) => {
    const { page, answer } = openInDoubt();
    const socket = page.open();
    socket.on('disconnect', (reason) => void (reason === 'io server disconnect' && socket.connect()));
    await page.accept();
    answer();
    await page.clock.settle();
    joinAsFellow(page, socket).say({ type: 'hello', fresh: false, cursors: {}, streams: [] }, socket.status.term + 5);
    await page.clock.settle();
    const links = page.links.all.length;
    await page.packet('session_replaced', {});
    await page.clock.settle();
    if (answers) answer();
    await page.clock.advance(120_000);
    expect(page.links.all.length).toBeGreaterThan(links);
  },
);

it.each([true, false])(
  '[P9] connect() after a halt that was found in doubt connects, also while the platform has not answered (it will: %s)',
  async (answers) => {
    const { page, answer } = openInDoubt();
    const socket = page.open();
    socket.connect();
    await page.accept();
    answer();
    await page.clock.settle();
    page.store.changeElsewhere(`${socket.diagnostics().group}:halt`, 'session_replaced');
    page.links.last().events.onClose('transport close');
    await page.clock.settle();
    expect(socket.status.connection).toBe('waiting');
    joinAsFellow(page, socket).say({ type: 'hello', fresh: false, cursors: {}, streams: [] }, socket.status.term + 5);
    await page.clock.settle();
    page.page.tell('online');
    await page.clock.settle();
    expect(socket.status.reason?.code).toBe('session_replaced');
    const links = page.links.all.length;
    socket.connect();
    await page.clock.settle();
    if (answers) answer();
    await page.clock.advance(120_000);
    expect(page.links.all.length).toBeGreaterThan(links);
  },
);

it('[P9] a group that was replaced while `auth` was under way does not connect', async () => {
  let resolve: (auth: { token: string }) => void = () => {};
  let asked = 0;
  const page = openPage({
    auth: () => (++asked === 1 ? { token: 't' } : new Promise<{ token: string }>((done) => (resolve = done))),
  });
  const socket = page.open();
  socket.connect();
  await page.accept();
  const links = page.links.all.length;
  page.links.last().events.onClose('transport close');
  await page.clock.advance(5_000);
  expect(asked).toBe(2);
  page.store.changeElsewhere(`${socket.diagnostics().group}:halt`, 'session_replaced');
  resolve({ token: 't' });
  await page.clock.settle();
  expect([page.links.all.length, socket.status.reason?.code]).toEqual([links, 'session_replaced']);
});

it('[P9] the status of a leader that was replaced is not `connecting` in between', async () => {
  const page = openPage();
  const socket = page.open();
  socket.connect();
  await page.accept();
  const heard: string[] = [];
  socket.onStatus(({ connection, role }) => heard.push(`${connection} ${role}`));
  await page.packet('session_replaced', {});
  expect(heard).toEqual(['failed leader', 'failed none']);
});

it('[P9] a tab that is granted the lock of a halted group believes in no leader any more', async () => {
  const lock = createHandLock();
  const page = openPage({}, () => ({ lock }));
  const { socket } = await follow(page);
  const heard: string[] = [];
  socket.onStatus(({ connection, role }) => heard.push(`${connection} ${role}`));
  socket.on('disconnect', (reason) => heard.push(`${reason} ${socket.status.reason?.code}`));
  page.store.changeElsewhere(`${socket.diagnostics().group}:halt`, 'session_replaced');
  lock.requests.at(-1)?.grant.onGranted();
  await page.clock.settle();
  expect(heard).toEqual(['failed none', 'io server disconnect session_replaced']);
});
