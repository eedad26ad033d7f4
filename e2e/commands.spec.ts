/** Each outcome of a command, and what it says of the server. */
import { expect, test } from './support/fixtures.ts';
import { untilOneConnection } from './support/group.ts';
import type { Tab } from './support/tab.ts';

const ask = (tab: Tab, key: string, name = 'work') =>
  tab.page.evaluate(([k, n]) => window.tab.command(k, n), [key, name] as const);

test("[P3] a result, a refusal, an ordinary listener's answer, an unknown name", async ({ openTabs, server }) => {
  const tabs = await openTabs(2);
  for (const tab of tabs) {
    await ask(tab, `${tab.name}:yes`);
    await ask(tab, `${tab.name}:no`);
    await ask(tab, `${tab.name}:lost`, 'nobody_listens');
    expect(await tab.page.evaluate(() => window.tab.ask('double', 21))).toBe(42);
    await expect.poll(async () => (await tab.record()).commands.length).toBe(3);
    const { commands } = await tab.record();
    expect(Object.fromEntries(commands.map(({ key, outcome, code }) => [key.split(':')[1], [outcome, code]]))).toEqual({
      yes: ['result', undefined],
      no: ['refused', 'forbidden'],
      lost: ['refused', 'unknown_command'],
    });
  }
  expect((await server.state()).runsByKey).toEqual({ 'tab1:yes': 1, 'tab2:yes': 1 });
});

test('[P3] the caller gives up first: unknown, and the server ran it once', async ({ openTabs, server }) => {
  const tabs = await openTabs(2, { options: { ackTimeout: 60 } });
  for (const tab of tabs) {
    await ask(tab, tab.name);
    await expect
      .poll(async () => (await tab.record()).commands)
      .toMatchObject([{ outcome: 'unknown', code: 'timeout' }]);
  }
  expect((await server.state()).runsByKey).toEqual({ tab1: 1, tab2: 1 });
});

test('[P3] no connection: not_sent, and it is not sent later either', async ({ openTabs, server, network }) => {
  const tabs = await openTabs(2, { options: { ackTimeout: 500 } });
  network.cut();
  for (const tab of tabs) await expect.poll(() => tab.page.evaluate(() => window.tab.connected())).toBe(false);
  for (const tab of tabs) {
    await ask(tab, tab.name);
    await expect.poll(async () => (await tab.record()).commands).toMatchObject([{ outcome: 'not_sent' }]);
  }
  network.restore();
  for (const tab of tabs) await tab.untilConnected();
  await untilOneConnection(server);
  await ask(tabs[1] as Tab, 'after');
  await expect.poll(async () => (await tabs[1]?.record())?.commands.at(-1)?.outcome).toBe('result');
  expect((await server.state()).runsByKey).toEqual({ after: 1 });
});

test('[P3] a short cut: the command waits and runs once', async ({ openTabs, server, network }) => {
  const tabs = await openTabs(2);
  network.cut();
  for (const tab of tabs) await expect.poll(() => tab.page.evaluate(() => window.tab.connected())).toBe(false);
  for (const tab of tabs) await ask(tab, tab.name);
  network.restore();
  for (const tab of tabs) {
    await expect.poll(async () => (await tab.record()).commands).toMatchObject([{ outcome: 'result' }]);
  }
  expect((await server.state()).runsByKey).toEqual({ tab1: 1, tab2: 1 });
});

test('[P3] close() settles what is open: not sent or unknown, never silent', async ({ openTabs }) => {
  const tabs = await openTabs(2);
  for (const tab of tabs) {
    await tab.page.evaluate(() => {
      window.tab.command('open');
      window.tab.close();
    });
    await expect
      .poll(async () => (await tab.record()).commands)
      .toMatchObject([{ outcome: expect.stringMatching(/^(not_sent|unknown)$/), code: 'closed' }]);
  }
});
