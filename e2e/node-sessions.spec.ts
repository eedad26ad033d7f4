/** One user in two browsers before three servers: which of them each is connected to makes no difference. */
import type { BrowserContext } from '@playwright/test';
import { createFlow } from './support/flow.ts';
import { test as base, expect } from './support/nodes.ts';
import type { Tab } from './support/tab.ts';

/** Another profile: its own locks, channels and storage. */
const test = base.extend<{ otherBrowser: BrowserContext }>({
  otherBrowser: async ({ browser }, use) => {
    const context = await browser.newContext();
    await use(context);
    await context.close();
  },
});
test.use({ serverOptions: { mode: 'companion', sessions: 'replace' } });

async function untilReplaced(tabs: readonly Tab[]) {
  const reason = { code: 'session_replaced' };
  for (const tab of tabs) {
    await expect
      .poll(() => tab.status(), { message: `status of ${tab.name}` })
      .toMatchObject({ connection: 'failed', reason });
  }
}

test("[P1] [P9] sessions 'replace' across nodes: the newest browser stays, the other is told why and stays away", async ({
  openTabs,
  otherBrowser,
  nodes,
}) => {
  const flow = createFlow(nodes);
  const options = { transports: ['websocket'] };
  const first = await openTabs(2, { options });
  const second = await openTabs(2, { context: otherBrowser, options });
  let [inside, outside] = [second, first];
  let sessions = 2;
  for (let turn = 1; turn <= 6; turn += 1) {
    await untilReplaced(outside);
    await nodes.holder();
    await flow.append(6);
    await flow.settle(inside);
    await untilReplaced(outside);
    expect(await nodes.sessions(), 'no fight').toHaveLength(sessions);
    [inside, outside] = [outside, inside];
    await inside[turn % 2]?.page.evaluate(() => window.tab.connect());
    for (const tab of inside) await tab.untilConnected();
    sessions += 1;
  }
  await untilReplaced(outside);
  await flow.settle(inside);
  await flow.check(inside);
});
