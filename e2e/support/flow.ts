/** Events and commands at several nodes, and what the tabs must have of them. */
import { faultsOfCommands } from './check.ts';
import { allSeen } from './group.ts';
import { faultsInHistory } from './history.ts';
import { expect, type Node, type Nodes } from './nodes.ts';
import type { Tab } from './tab.ts';

export interface Flow {
  /** Numbers of the events that a log said it has. */
  readonly taken: readonly number[];
  /** Codes of the others. */
  readonly refused: readonly string[];
  /** Appends at the nodes by turns, each event when the one before is settled. */
  append(count: number, at?: readonly Node[]): Promise<void>;
  /** A command of each tab. */
  command(tabs: readonly Tab[]): Promise<void>;
  untilTaken(at?: readonly Node[]): Promise<void>;
  /** Appends until it is taken; all tabs have it, and all commands an outcome. */
  settle(tabs: readonly Tab[], at?: readonly Node[]): Promise<void>;
  /** [P2] and [P3] in what the tabs were given. */
  check(tabs: readonly Tab[]): Promise<void>;
}

export function createFlow(nodes: Nodes): Flow {
  const taken: number[] = [];
  const refused: string[] = [];
  let last = 0;
  let commands = 0;

  async function append(count: number, at = nodes.all) {
    for (let i = 0; i < count; i += 1) {
      last += 1;
      const node = at[last % at.length] as Node;
      const answer = await node.server.ask('append', { n: last }).catch(() => ({ refused: 'killed' }));
      if (answer.refused === undefined) taken.push(last);
      else refused.push(answer.refused);
    }
  }
  async function untilTaken(at = nodes.all) {
    const isTaken = async () => {
      await append(1, at);
      return taken.at(-1) === last;
    };
    await expect.poll(isTaken, { timeout: 20_000, message: 'an event that is taken' }).toBe(true);
  }
  const outcomesOf = async (tabs: readonly Tab[]) =>
    (await Promise.all(tabs.map((tab) => tab.record()))).flatMap((record) => record.commands);

  return {
    taken,
    refused,
    append,
    untilTaken,
    async command(tabs) {
      for (const { page } of tabs) {
        commands += 1;
        await page.evaluate((key) => window.tab.command(key), `c${commands}`);
      }
    },
    async settle(tabs, at = nodes.all) {
      await untilTaken(at);
      await allSeen(tabs, last, 20_000);
      const open = async () => commands - (await outcomesOf(tabs)).length;
      await expect.poll(open, { timeout: 20_000, message: 'commands without an outcome' }).toBe(0);
    },
    async check(tabs) {
      const records = await Promise.all(tabs.map((tab) => tab.record()));
      expect(records.flatMap(faultsInHistory)).toEqual([]);
      expect(faultsOfCommands(records, nodes.runsByKey())).toEqual([]);
      for (const { name, events, refreshes } of records) {
        const seen = new Set(events.map(({ n }) => n));
        if (refreshes.length === 0)
          expect([name, taken.filter((n) => n >= (events[0]?.n ?? 0) && !seen.has(n))]).toEqual([name, []]);
        // One after the other, whichever node took them.
        expect(
          events.map(({ n }) => n),
          name,
        ).toEqual([...seen].sort((a, b) => a - b));
      }
    },
  };
}
