/** A server that reorders, repeats, loses, lies and talks nonsense. */
import { faultIn, faultsOf } from './support/check.ts';
import { type Fake, frame, type Script, startFake } from './support/fake.ts';
import { test as base, expect, type OpenTab } from './support/fixtures.ts';
import { allSeen } from './support/group.ts';
import type { Tab } from './support/tab.ts';

const test = base.extend<{ fakeOf: (script: Script) => Promise<Fake> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
  fakeOf: async ({}, use) => {
    const fakes: Fake[] = [];
    await use(async (script) => {
      const fake = await startFake(script);
      fakes.push(fake);
      return fake;
    });
    for (const fake of fakes) await fake.close();
  },
});

async function openThree(openTab: OpenTab, { url }: Fake): Promise<[Tab, Tab, Tab]> {
  const open = async () => {
    const tab = await openTab({ url, options: { ackTimeout: 2_000 } });
    await tab.untilConnected();
    return tab;
  };
  return [await open(), await open(), await open()];
}
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

test('[P2] events out of order, twice and lost: every tab gets each once and in order', async ({ openTab, fakeOf }) => {
  let head = 4;
  // An answer repeats what is known and brings what is missing.
  const fake = await fakeOf({ sync: () => ({ ...frame(0, ...upTo(head)), more: false }) });
  const tabs = await openThree(openTab, fake);
  for (const packet of [frame(0, 1), frame(2, 3), frame(1, 2), frame(1, 2), frame(0, 1, 2, 3), frame(3, 4)]) {
    fake.send('events', packet);
  }
  await allSeen(tabs, 4);
  head = 12;
  // As single events, one of them in the past; 7 is lost for good.
  for (const id of [5, 3, 6, 8]) fake.send('event', { id, type: 'tick', payload: { n: id }, timestamp: 0 });
  for (const packet of [frame(11, 12), frame(8, 9, 10), frame(10, 11)]) fake.send('events', packet);
  await allSeen(tabs, 12);
  for (const tab of tabs) {
    expect(faultsOf(await tab.record(), 12, 1)).toEqual([]);
    expect((await tab.record()).refreshes).toEqual([]);
  }
  expect(fake.syncs).toBeGreaterThan(0);
  expect(fake.connections).toBe(1);
});

test('[P2] a gap that is never filled: after three answers a refresh says so, and it goes on', async ({
  openTab,
  fakeOf,
}) => {
  const fake = await fakeOf({ sync: ({ lastEventId }) => ({ ...frame(lastEventId), more: false }) });
  const tabs = await openThree(openTab, fake);
  fake.send('events', frame(0, 1, 2));
  await allSeen(tabs, 2);
  fake.send('events', frame(5, 6));
  await allSeen(tabs, 6);
  fake.send('events', frame(6, 7));
  await allSeen(tabs, 7);
  for (const tab of tabs) {
    const { events, refreshes } = await tab.record();
    expect(events.map(({ n }) => n)).toEqual([1, 2, 6, 7]);
    expect(refreshes).toEqual([{ streams: ['user:u1'], reason: 'gap', after: 2 }]);
  }
  expect(fake.syncs).toBe(3);
  expect(fake.connections).toBe(1);
});

test('[P8] malformed packets are counted and dropped, and the next good one is handled', async ({
  openTab,
  fakeOf,
}) => {
  const fake = await fakeOf({ sync: ({ lastEventId }) => ({ ...frame(lastEventId), more: false }) });
  const tabs = await openThree(openTab, fake);
  fake.send('events', frame(0, 1));
  await allSeen(tabs, 1);
  const good = frame(1, 2);
  const bad: unknown[] = [
    undefined,
    null,
    'x',
    7,
    [],
    {},
    { ...good, epoch: undefined },
    { ...good, prev: -1 },
    { ...good, prev: 5 },
    { ...good, id: 2 ** 53 },
    { ...good, id: 1.5 },
    { ...good, id: '2' },
    { ...good, stream: '' },
    { ...good, stream: 's'.repeat(300) },
    { ...good, events: 'none' },
    { ...good, events: [null] },
    { ...good, events: [{ ...good.events[0], id: 9 }] },
    { ...good, events: [{ ...good.events[0], type: 7 }] },
    { ...frame(0, ...upTo(1_001)), prev: 1, id: 1_001 },
  ];
  for (const packet of bad) for (const name of ['events', 'full_refresh']) fake.send(name, packet);
  for (const name of ['authenticated', 'event']) for (const packet of [null, {}, 'x']) fake.send(name, packet);
  for (const name of ['__proto__', 'constructor', 'toString']) fake.send(name, {});
  fake.send('events', good);
  await allSeen(tabs, 2);
  for (const tab of tabs) {
    const record = await tab.record();
    expect(faultIn(record.plain, 1, 2)).toBeNull();
    expect(record.refreshes).toEqual([]);
    expect((await tab.status()).connection).toBe('connected');
  }
  expect((await tabs[0].diagnostics()).counters.malformed).toBeGreaterThanOrEqual(bad.length * 2);
  expect(fake.connections).toBe(1);
});

test('[P3] an acknowledgement that comes twice counts once; one that never comes is unknown', async ({
  openTab,
  fakeOf,
}) => {
  const fake = await fakeOf({
    sync: ({ lastEventId }) => ({ ...frame(lastEventId), more: false }),
    command(name, answer) {
      if (name !== 'twice') return;
      answer('first');
      answer('second');
    },
  });
  const tabs = await openThree(openTab, fake);
  for (const tab of tabs) {
    await tab.page.evaluate(() => {
      window.tab.command('a', 'twice');
      window.tab.command('b', 'never');
    });
  }
  for (const tab of tabs) {
    await expect
      .poll(async () => (await tab.record()).commands)
      .toMatchObject([
        { key: 'a', outcome: 'result', result: 'first' },
        { key: 'b', outcome: 'unknown', code: 'timeout' },
      ]);
  }
  expect(fake.connections).toBe(1);
});
