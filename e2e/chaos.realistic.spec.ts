/**
 * Everything at once: a group of eight tabs under seeded faults, with events and commands flowing.
 * `npm run chaos -- --seconds 600 --seed 7`; without a seed a fresh one, printed.
 */
import { appendFileSync } from 'node:fs';
import { type Chaos, createChaos, lasting } from './support/chaos.ts';
import { faultsOfCommands, longestOverlapMs } from './support/check.ts';
import { expect, test } from './support/fixtures.ts';
import { untilLed, untilOneConnection, untilPublished } from './support/group.ts';
import { faultsInHistory, longestByLife } from './support/history.ts';
import { createRandom } from './support/random.ts';
import type { TestServer } from './support/server.ts';
import type { Tab } from './support/tab.ts';

const seconds = Number(process.env.CHAOS_SECONDS ?? '60');
const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** After so long everything heals and has to come right; then the faults go on. */
const roundSeconds = 15;
const tabCount = 8;
const user = { user: 'u1' } as const;
/** The companion ends the older of two connections as soon as it has admitted the newer. */
const fencingMomentMs = 250;

// A state can't be loaded while the server is down, by a page that goes away, or in time by one that is blocked.
test.use({ expectedErrors: /the list is not to be had|Failed to fetch|load of "list" did not end/ });

/** Publishes some events every now and then while the server can, numbered from `after` on; the last number given. */
async function publishUntil(stopped: () => boolean, chaos: Chaos, server: TestServer, after: number): Promise<number> {
  const random = createRandom(seed + 1 + after);
  let last = after;
  while (!stopped()) {
    const count = random.between(1, 10);
    const to = random.next() < 0.2 ? 'all' : user;
    // The server may be killed in the middle of it.
    if (chaos.serverIsFree()) await server.publish({ to, type: 'tick', from: last + 1, count }).catch(() => {});
    last += count;
    await lasting(random.between(20, 200));
  }
  return last;
}

/** Gives commands to tabs that can take them; keeps by its key the life of the page that has to know its outcome. */
async function commandUntil(stopped: () => boolean, chaos: Chaos, lifeByKey: Map<string, string>): Promise<void> {
  const random = createRandom(seed + 2 + lifeByKey.size);
  while (!stopped()) {
    const key = `c${lifeByKey.size}${random.next() < 0.1 ? ':no' : ''}`;
    const give = async () => {
      const ask = (name: string) => {
        window.tab.command(name);
        return window.tab.record.life;
      };
      // The page may end before it has answered.
      const life = await chaos
        .freeTab()
        ?.page.evaluate(ask, key)
        .catch(() => undefined);
      if (life) lifeByKey.set(key, life);
    };
    lifeByKey.set(key, '');
    void give();
    await lasting(random.between(50, 400));
  }
}

/** What a tab says of itself; one that hangs says nothing. */
function pictureOf(tab: Tab): Promise<string> {
  const silence = new Promise<string>((resolve) => void setTimeout(resolve, 3_000, 'no answer'));
  const picture = async () => {
    const { lifecycle, link, roles, plain, refreshes } = await tab.record();
    const record = { lifecycle, link: link.slice(-9), roles: roles.slice(-9), plain: plain.slice(-9), refreshes };
    return JSON.stringify({ ...(await tab.diagnostics()), record });
  };
  return Promise.race([picture().catch(String), silence]);
}

test(`[P1] [P2] [P3] chaos for ${seconds} s`, async ({ openTab, server, network, web, context }) => {
  test.setTimeout((seconds * 2 + 150) * 1_000);
  console.log(`chaos: seed ${seed}, ${seconds} s`);
  const chaos = createChaos({ random: createRandom(seed), context, web, network, server, openTab });
  try {
    await endure(chaos);
  } catch (error) {
    console.log(`chaos: seed ${seed} failed. Timeline:\n${chaos.timeline.join('\n')}`);
    for (const tab of chaos.tabs) console.log(`${tab.name}: ${await pictureOf(tab)}`);
    throw error;
  }

  async function endure({ tabs, lost, endedSessions }: Chaos) {
    for (let i = 0; i < tabCount; i += 1) await chaos.open();
    await untilLed(tabs);
    const lifeByKey = new Map<string, string>();
    let last = 0;
    for (let leftSeconds = seconds; leftSeconds > 0; leftSeconds -= roundSeconds) {
      await suffer(Math.min(leftSeconds, roundSeconds));
      await comeRight();
    }

    async function suffer(forSeconds: number) {
      let stopped = false;
      const publishing = publishUntil(() => stopped, chaos, server, last);
      const commanding = commandUntil(() => stopped, chaos, lifeByKey);
      await chaos.unleash(forSeconds).finally(() => {
        stopped = true;
      });
      last = await publishing;
      await commanding;
    }

    /** Everybody has everything that anybody has, over one connection. */
    async function comeRight() {
      await server.ask('heal', {});
      await untilLed(tabs, 30_000);
      for (const tab of tabs) await tab.untilConnected(20_000);
      // A half-open one is found dead after a silence of 5 s, and up to 12 more where it was slow to open.
      await untilOneConnection(server, 30_000);
      await untilPublished(server);
      // Whom a refresh brings forward gets nothing that lies before it: only who stands where the others do has to
      // get what comes now.
      const places = async () => {
        const pictures = await Promise.all(tabs.map((tab) => tab.diagnostics()));
        return new Set(pictures.map(({ cursors, holding }) => JSON.stringify([entriesOf(cursors), holding])));
      };
      await expect.poll(async () => [...(await places())], { timeout: 30_000, message: 'places' }).toHaveLength(1);
      await server.publish({ to: 'all', type: 'tick', from: last + 1, count: 1 });
      await untilPublished(server);
      await server.publish({ to: user, type: 'tick', from: last + 2, count: 1 });
      // The last connection may be a half-open one: it has to be found dead first.
      // Two streams: which of them a replay brings first is nobody's promise.
      const final = (first: number) => window.tab.record.plain.filter((n) => n > first).sort((a, b) => a - b);
      for (const { name, page } of tabs) {
        const seen = () => page.evaluate(final, last);
        await expect.poll(seen, { timeout: 30_000, message: `last of ${name}` }).toEqual([last + 1, last + 2]);
      }
      last += 2;
    }

    const records = await Promise.all(tabs.map((tab) => tab.record()));
    expect(records.flatMap(faultsInHistory)).toEqual([]);
    const pictures = await Promise.all(tabs.map((tab) => tab.diagnostics()));
    for (const { cursors, status } of pictures) {
      expect(cursors).toEqual(pictures[0]?.cursors);
      expect(status.term).toBe(pictures[0]?.status.term);
    }
    const { state: list } = await server.ask('list', user);
    const lists = async () => {
      const own = await Promise.all(tabs.map((tab) => tab.list()));
      return own.filter(
        (each) => each.stale || each.list?.toSorted(ascending).join() !== list.toSorted(ascending).join(),
      );
    };
    await expect.poll(async () => (await lists()).length, { timeout: 20_000, message: 'states that differ' }).toBe(0);

    const open = async () => {
      const known = await Promise.all(tabs.map((tab) => tab.record()));
      const settled = new Set(known.flatMap(({ commands }) => commands.map(({ key }) => key)));
      const living = new Set(known.map(({ life }) => life));
      return [...lifeByKey].filter(([key, life]) => living.has(life) && !settled.has(key));
    };
    await expect.poll(open, { timeout: 15_000, message: 'commands without an outcome' }).toEqual([]);
    const after = await Promise.all(tabs.map((tab) => tab.record()));
    const histories = longestByLife([...lost, ...web.reports, ...records, ...after]);
    expect(histories.flatMap(faultsInHistory)).toEqual([]);
    expect(faultsOfCommands(histories, server.runsByKey)).toEqual([]);

    const { sessions } = await server.state();
    const overlaps = [...endedSessions, sessions].map(longestOverlapMs);
    expect(Math.max(...overlaps), 'two live connections at once').toBeLessThan(fencingMomentMs);
    const refreshes = histories.flatMap((each) => each.refreshes.map(({ reason }) => reason));
    if (endedSessions.length === 0) expect(refreshes, 'nothing was lost').toEqual([]);
    const outcomes = histories.flatMap(({ commands }) => commands.map(({ outcome }) => outcome));
    const counted = (names: readonly string[]) =>
      Object.fromEntries([...new Set(names)].map((name) => [name, names.filter((each) => each === name).length]));
    const summary = {
      events: histories.reduce((sum, { events }) => sum + events.length, 0),
      lives: histories.length,
      sessions: [...endedSessions, sessions].flat().length,
      faults: chaos.timeline.length,
      outcomes: counted(outcomes),
      refreshes: counted(refreshes),
    };
    console.log(`chaos: seed ${seed} held: ${JSON.stringify(summary)}`);
    const file = process.env.CHAOS_JSON;
    if (file) appendFileSync(file, `${JSON.stringify({ seed, seconds, ...summary })}\n`);
  }
});

const ascending = (a: number, b: number) => a - b;
const entriesOf = (cursors: object) => Object.entries(cursors).sort(([a], [b]) => (a < b ? -1 : 1));
