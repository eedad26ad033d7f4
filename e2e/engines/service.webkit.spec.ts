/** WebKit's network process, which has the connections, channels and databases of all tabs, dies; the pages live on. */
import { faultsOf, faultsOfCommands } from '../support/check.ts';
import { allSeen, publish, untilOneConnection } from '../support/group.ts';
import { longestByLife } from '../support/history.ts';
import type { EngineTab } from './engine.ts';
import { expect, tellAlways, test } from './fixtures.ts';
import { descendantsOf } from './processes.ts';

type Entries = readonly (readonly [string, string])[];
const local = () => [...(window as unknown as { local: Map<string, string> }).local];

/** The driver's sessions have localStorage in that process too. On a disk it outlives it, as it does here. */
async function startWithLocal({ page }: EngineTab, entries: Entries) {
  await page.evaluate((all) => {
    const kept = new Map(all);
    Storage.prototype.getItem = (key) => kept.get(key) ?? null;
    Storage.prototype.setItem = (key, value) => void kept.set(key, value);
    Storage.prototype.removeItem = (key) => void kept.delete(key);
    Object.assign(window, { local: kept });
    window.tab.start();
  }, entries);
}

test('[P1] [P2] [P3] [P10] it is killed: every event and command once; status says that the database is gone', async ({
  openTabs,
  server,
  web,
}) => {
  const tabs = await openTabs(3, { start: false });
  let entries: Entries = [];
  for (const tab of tabs) {
    await startWithLocal(tab, entries);
    await tab.untilConnected();
    entries = await tab.page.evaluate(local);
  }
  await allSeen(tabs, await publish(server, 1, 10));
  for (const { page, name } of tabs) await page.evaluate((key) => window.tab.command(key, 'held'), name);
  await expect.poll(() => server.runsByKey).toEqual({ tab1: 1, tab2: 1, tab3: 1 });
  // The driver takes this for a crash of the pages, and lets go of them.
  for (const tab of tabs) await tellAlways(tab);
  const [service] = descendantsOf(process.pid).filter(({ command }) => /WebKitNetworkProcess/.test(command));
  if (!service) throw new Error('no network process');
  process.kill(service.pid, 'SIGKILL');

  const records = () => longestByLife(web.reports).sort((a, b) => a.name.localeCompare(b.name));
  await expect.poll(() => records().every(({ link }) => link.at(-1) === 'connect:recovered')).toBe(true);
  await server.ask('release', {});
  for (let n = 11; n <= 30; n += 1) {
    await publish(server, n, 1);
    await expect.poll(() => records().map(({ events }) => events.at(-1)?.n)).toEqual([n, n, n]);
  }
  await expect.poll(() => records().map(({ commands }) => commands.length)).toEqual([1, 1, 1]);
  expect(faultsOfCommands(records(), server.runsByKey)).toEqual([]);
  for (const record of records()) {
    expect([...faultsOf(record, 30, 1), ...record.errors], record.name).toEqual([]);
    expect(record.commands).toMatchObject([{ outcome: 'result' }]);
    expect(record.link).toEqual(['connect', 'disconnect', 'connect:recovered']);
  }
  // WebKit gives these pages no database again ("Refresh the page to try again"); only the leader needs one.
  expect(records().map(({ degraded }) => degraded)).toEqual([['no-storage'], [], []]);
  await untilOneConnection(server);
});
