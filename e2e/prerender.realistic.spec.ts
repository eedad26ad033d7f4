/** A page that is only prerendered. No debugger is attached to it meanwhile: that would turn prerendering off. */
import type { TabRecord } from './page/types.ts';
import { type Browser, launch } from './support/cdp.ts';
import { faultsOf } from './support/check.ts';
import { test as base, expect } from './support/fixtures.ts';
import { liveSessions, publish } from './support/group.ts';

const test = base.extend<{ browserByPipe: Browser }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  browserByPipe: async ({}, use) => {
    const browser = await launch();
    await use(browser);
    await browser.close();
  },
});

test('[P1] a prerendered page opens no connection before it is shown', async ({
  browserByPipe,
  addressFor,
  server,
  web,
}) => {
  const query = new URLSearchParams({ src: addressFor({ name: 'prerendered' }) });
  await browserByPipe.send('Target.createTarget', { url: `${web.origin}/before?${query}` });
  // Its script has run, `oneSocket()` and listeners included.
  await expect.poll(() => web.reports.map(({ lifecycle }) => lifecycle)).toEqual([['prerendering']]);
  await publish(server, 1, 5);
  expect((await server.state()).rawEver).toBe(0);

  web.show();
  await expect.poll(() => liveSessions(server)).toHaveLength(1);
  await publish(server, 6, 5);
  const shown = await shownPage(browserByPipe);
  await expect.poll(async () => (await recordOf(shown)).events.at(-1)?.n).toBe(10);
  const record = await recordOf(shown);
  expect(record.lifecycle[0], 'the very page that was prerendered').toBe('prerendering');
  expect(faultsOf(record, 10, 6)).toEqual([]);
  expect((await server.state()).rawEver).toBe(1);
});

type Evaluate = (expression: string) => Promise<string>;
const recordOf = async (evaluate: Evaluate) => JSON.parse(await evaluate('JSON.stringify(tab.record)')) as TabRecord;

async function shownPage({ send }: Browser): Promise<Evaluate> {
  const { targetInfos } = await send<{ targetInfos: { type: string; url: string; targetId: string }[] }>(
    'Target.getTargets',
  );
  const { targetId } = targetInfos.find(({ type, url }) => type === 'page' && url.includes('/?c=')) ?? {};
  const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  return async (expression) => {
    const { result } = await send<{ result: { value: string } }>('Runtime.evaluate', { expression }, sessionId);
    return result.value;
  };
}
