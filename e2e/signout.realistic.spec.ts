/** Sign-out and a change of user while other tabs can't hear of it. */
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilPublished } from './support/group.ts';
import { freeze, thaw } from './support/lifecycle.ts';
import { storedBy } from './support/stored.ts';
import type { Tab } from './support/tab.ts';

test('[P3] [P6] sign-out during commands, one tab frozen, one in the back/forward cache: all wiped, all settled', async ({
  openTabs,
  server,
}) => {
  const tabs = (await openTabs(4, { list: true, keepList: true })) as [Tab, Tab, Tab, Tab];
  const [leader, signer, frozen, cached] = tabs;
  await allSeen(tabs, await publish(server, 1, 5));
  for (const tab of tabs) await expect.poll(() => tab.list()).toMatchObject({ list: [1, 2, 3, 4, 5], stale: false });
  await expect.poll(async () => JSON.stringify(await storedBy(signer))).toContain('[1,2,3,4,5]');
  await cached.away();
  await signer.page.bringToFront();
  await freeze(frozen);
  await expect.poll(async () => (await frozen.record()).lifecycle).toContain('freeze:hidden');

  for (const tab of [leader, signer]) {
    await tab.page.evaluate((name) => {
      window.tab.setAuth({ kind: 'none' });
      for (let i = 0; i < 10; i += 1) window.tab.command(`${name}:${i}`);
    }, tab.name);
  }
  await signer.page.evaluate(() => window.tab.signOut());
  await expect.poll(() => liveSessions(server)).toEqual([]);
  for (const tab of [leader, signer]) {
    await expect.poll(async () => (await tab.record()).commands.length, { message: tab.name }).toBe(10);
    for (const { key, outcome } of (await tab.record()).commands) {
      expect(['result', 'not_sent', 'unknown'], key).toContain(outcome);
      if (outcome === 'not_sent') expect(server.runsByKey[key], key).toBeUndefined();
    }
  }
  await publish(server, 6, 5);
  const { rawEver } = await server.state();

  // Both still have a token that would do.
  await thaw(frozen);
  await cached.back();
  for (const tab of tabs) await expect.poll(async () => (await tab.status()).connection).toBe('signed-out');
  expect((await cached.record()).lifecycle).toContain('pageshow:true');
  for (const tab of tabs) {
    expect((await tab.record()).plain, tab.name).toEqual([1, 2, 3, 4, 5]);
    expect(await tab.diagnostics()).toMatchObject({ cursors: {}, outbox: 0 });
    expect((await tab.list()).list, tab.name).toBeUndefined();
  }
  const stored = JSON.stringify(await storedBy(signer));
  expect(stored, 'no cursor of the user').not.toContain('user:u1');
  expect(stored, 'no state of the user').not.toContain('[1,2,3,4,5]');
  expect((await server.state()).rawEver, 'connections after the sign-out').toBe(rawEver);
  expect(Object.values(server.runsByKey).filter((runs) => runs > 1)).toEqual([]);
});

test("[P6] a tab changes its user while another still shows the first one: neither gets the other's", async ({
  openTabs,
  server,
}) => {
  // Whose tabs they are is known by the token only.
  const tabs = await openTabs(2, { user: 'anna', options: { user: undefined } });
  const [changing, staying] = tabs as [Tab, Tab];
  await server.publish({ to: { user: 'anna' }, type: 'tick', from: 1, count: 5 });
  await allSeen(tabs, 5);
  // In flight while the user changes.
  await server.publish({ to: { user: 'anna' }, type: 'tick', from: 6, count: 100, perSecond: 200 });
  await changing.page.evaluate(async () => {
    window.tab.setAuth({ kind: 'token', user: 'ben' });
    await window.tab.signOut();
    window.tab.connect();
  });
  await changing.untilConnected();
  const { events: before } = await changing.record();
  await expect.poll(async () => (await staying.status()).connection).toBe('signed-out');
  await staying.page.evaluate(() => window.tab.connect());
  await staying.untilConnected();
  await untilPublished(server);

  await server.publish({ to: { user: 'anna' }, type: 'tick', from: 201, count: 5 });
  await server.publish({ to: { user: 'ben' }, type: 'tick', from: 301, count: 5 });
  await staying.untilSeen(205);
  await changing.untilSeen(305);
  const events = (await changing.record()).events.slice(before.length);
  expect(events.map(({ n }) => n)).toEqual([301, 302, 303, 304, 305]);
  expect(new Set((await staying.record()).events.map(({ stream }) => stream))).toEqual(new Set(['user:anna']));
  const groups = await Promise.all(tabs.map(async (tab) => (await tab.diagnostics()).group));
  expect(new Set(groups).size).toBe(2);
  expect(await liveSessions(server)).toHaveLength(2);
});
