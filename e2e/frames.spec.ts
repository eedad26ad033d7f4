/** Where the platform shares nothing between pages, or not with all: frames, and blocked cookies. */
import { createProfile } from './support/browser.ts';
import { faultsOf } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { allSeen, liveSessions, publish, untilLed } from './support/group.ts';
import { type Participant, participantIn } from './support/tab.ts';

/** Playwright's own list of features that it disables holds the partitioning of storage; the last such switch wins. */
test.use({
  launchOptions: [
    async ({ launchOptions }, use) => {
      await use({ ...launchOptions, args: ['--disable-features=HttpsUpgrades,PaintHolding'] });
    },
    { scope: 'worker' },
  ],
});

test('[P10] sandboxed frames have no origin: each its own connection, said in status; tabs beside them share one', async ({
  openTabs,
  addressFor,
  context,
  server,
  web,
}) => {
  const tabs = await openTabs(2);
  const framed: Participant[] = [];
  for (const name of ['frame1', 'frame2']) {
    const page = await context.newPage();
    await page.goto(
      `${web.origin}/frame?${new URLSearchParams({ src: addressFor({ name }), sandbox: 'allow-scripts' })}`,
    );
    framed.push(await participantIn(page.mainFrame().childFrames()[0] ?? page, name));
  }
  for (const frame of framed) await frame.untilConnected();
  await allSeen([...tabs, ...framed], await publish(server, 1, 20));
  for (const frame of framed) {
    expect(await frame.status()).toMatchObject({ role: 'solo', degraded: ['no-locks', 'no-channel', 'no-storage'] });
    expect(faultsOf(await frame.record(), 20)).toEqual([]);
  }
  for (const tab of tabs) {
    expect((await tab.status()).degraded).toEqual([]);
    expect(faultsOf(await tab.record(), 20, 1)).toEqual([]);
  }
  expect(await liveSessions(server)).toHaveLength(3);
});

test('[P10] cookies blocked by the user: each tab its own connection, and status says so', async ({
  openTab,
  playwright,
  server,
}) => {
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
  const profile = createProfile(playwright.chromium, blocked);
  try {
    const { context } = await profile.launch();
    const tabs = [await openTab({ context }), await openTab({ context })];
    for (const tab of tabs) await tab.untilConnected();
    await allSeen(tabs, await publish(server, 1, 20));
    for (const tab of tabs) {
      expect(await tab.status()).toMatchObject({ role: 'solo', degraded: ['no-locks', 'no-channel', 'no-storage'] });
      expect(faultsOf(await tab.record(), 20, 1)).toEqual([]);
    }
    expect(await liveSessions(server)).toHaveLength(2);
  } finally {
    await profile.close();
  }
});

test('[P1] frames below another site are a group of their own, and fight with no tab', async ({
  openTabs,
  addressFor,
  context,
  server,
  web,
}) => {
  const tabs = await openTabs(2);
  const [own] = await liveSessions(server);
  const elsewhere = web.origin.replace('127.0.0.1', 'localhost');
  const framed: Participant[] = [];
  for (const name of ['frame1', 'frame2']) {
    const page = await context.newPage();
    await page.goto(`${elsewhere}/frame?${new URLSearchParams({ src: addressFor({ name }) })}`);
    const frame = await participantIn(page.mainFrame().childFrames()[0] ?? page, name);
    await frame.untilConnected();
    framed.push(frame);
  }
  expect(await liveSessions(server)).toHaveLength(2);
  await allSeen([...tabs, ...framed], await publish(server, 1, 20));
  for (const each of [...tabs, ...framed]) expect(faultsOf(await each.record(), 20, 1)).toEqual([]);
  expect((await untilLed(framed)).name).toBe('frame1');
  const told = await Promise.all([...tabs, ...framed].map((each) => each.diagnostics()));
  expect(told.map(({ tabs: known }) => known.length)).toEqual([2, 2, 2, 2]);
  expect(told.map(({ status }) => status.degraded)).toEqual([[], [], [], []]);

  for (const tab of tabs) await tab.page.close();
  await allSeen(framed, await publish(server, 21, 5));
  await expect.poll(() => liveSessions(server)).toHaveLength(1);
  expect(await liveSessions(server)).not.toContain(own);
});
