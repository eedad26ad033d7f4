/** A sign-out is from all namespaces of a server: what is stored of them goes, also of those that the page does not use. */
import { expect, test } from 'vitest';
import { indexedDb } from '../../persist.ts';
import type { OneSocketOptions } from '../option-types.ts';
import { openBrowser } from './namespaces.fixture.ts';

type Browser = ReturnType<typeof openBrowser>;

/** What is stored, but the marks. */
const stored = ({ disk }: Browser): string[] =>
  [...disk.kept.keys(), ...disk.now.keys()].filter((key) => !key.endsWith(':mark')).sort();

/** A page that leads in `namespaces`, with a state that is kept in each; its cursors and its last moment are stored too. */
async function lead(browser: Browser, namespaces: readonly string[], options: OneSocketOptions = {}) {
  const before = stored(browser).length;
  const page = browser.openPage();
  const sockets = namespaces.map((namespace) => page.open(namespace, options));
  await browser.clock.settle();
  await page.serve({}, options.user);
  for (const socket of sockets) {
    const load = async () => ({ state: 'secret', position: '[]' });
    socket.state({ name: 'orders', version: 1, load, on: {}, persist: indexedDb() });
  }
  await browser.clock.advance(5_000);
  page.page.tell('left');
  page.page.tell('back');
  await browser.clock.settle();
  // The client, the cursors in both kinds, the state and the list of states.
  expect(stored(browser).length - before).toBe(5 * namespaces.length);
  return { page, sockets };
}

test.each(['leads it', 'led it, and was closed', 'is frozen'])(
  '[P6] a sign-out wipes a namespace that only another page uses, which %s',
  async (what) => {
    const browser = openBrowser();
    const { page, sockets } = await lead(browser, ['/', '/admin']);
    if (what !== 'leads it') page.page.tell('left');
    if (what === 'led it, and was closed') for (const socket of sockets) socket.disconnect();
    const here = browser.openPage().open('/');
    await browser.clock.settle();
    await here.signOut();
    await browser.clock.advance(5_000);
    expect(stored(browser)).toEqual([]);
    expect([...browser.disk.now.keys()]).toHaveLength(1);
  },
);

test('[P6] a page that only signs out wipes what another page had stored of all namespaces', async () => {
  const browser = openBrowser();
  await lead(browser, ['/', '/admin', '/admin/orders?all=1']);
  await browser.openPage().open('/', { autoConnect: false }).disconnect().signOut();
  await browser.clock.advance(5_000);
  expect(stored(browser)).toEqual([]);
});

/** Whose names begin as those of `u` at `/socket.io`, or hold them. */
const others: readonly (readonly [string, OneSocketOptions])[] = [
  ['a user whose id begins alike', { user: 'u2' }],
  ['a user whose id goes on with the name of a record', { user: 'u:kept:x' }],
  ['a user whose id goes on with a namespace', { user: 'u/admin' }],
  ['a user whose id goes on as a name that was quoted', { user: 'u"]/' }],
  ['a user whose id ends alike', { user: 'x:/socket.io:u' }],
  ['another path', { path: '/other.io' }],
  ['a path that begins alike', { path: '/socket.io:u' }],
  ['a path and a user that read as the other ones', { path: '/socket', user: '.io:u' }],
  ['a path that goes on with a user and a namespace', { path: '/socket.io","u"]/admin' }],
];

test.each(others)('[P6] a sign-out leaves what is stored of %s', async (_, options) => {
  const browser = openBrowser();
  const { sockets } = await lead(browser, ['/admin'], options);
  // Else it would go on to write.
  for (const socket of sockets) socket.disconnect();
  const theirs = stored(browser);
  const ours = await lead(browser, ['/', '/admin']);
  await ours.sockets[0]?.signOut();
  await browser.clock.advance(5_000);
  expect(stored(browser)).toEqual(theirs);
});

test('[P6] a sign-out leaves what is stored of another server', async () => {
  const browser = openBrowser();
  const { page } = await lead(browser, ['/admin']);
  const before = stored(browser);
  const other = browser.openPage().open('.example/');
  await browser.clock.settle();
  await other.signOut();
  await browser.clock.settle();
  expect(stored(browser)).toEqual(before);
  expect(page.live('/admin')).toBe(1);
});

test('[P6] a sign-out leaves what the next sign-in stores, in a page that it told of it', async () => {
  const browser = openBrowser();
  const { page, sockets } = await lead(browser, ['/', '/admin']);
  const [, admin] = sockets;
  admin?.onStatus(({ connection }) => {
    if (connection === 'signed-out') admin.connect();
  });
  const here = browser.openPage().open('/');
  await browser.clock.settle();
  await here.signOut();
  await browser.clock.settle();
  await page.serve();
  await browser.clock.advance(1_000);
  expect(admin?.status.connection).toBe('connected');
  expect(stored(browser).map((key) => key.replace(/.*:/, ''))).toEqual(['client', 'saved']);
});
