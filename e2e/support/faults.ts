/** The six faults of a leader, each done to whoever leads while the run goes on. */
import { expect } from '@playwright/test';
import { untilLed } from './group.ts';
import type { TcpProxy } from './proxy.ts';
import type { Tab } from './tab.ts';

export interface Run {
  /** Tabs that can answer; a fault replaces one that it ends. */
  tabs: Tab[];
  /** Tabs whose page has lived from the beginning without a new one in its place. */
  readonly lived: Set<Tab>;
  readonly network: TcpProxy;
  readonly openTab: () => Promise<Tab>;
}

export interface Fault {
  readonly name: string;
  /** Happens to `leader`; resolves when the group is whole and led again. */
  happen(run: Run, leader: Tab): Promise<void>;
}

/** A fault has a length; this is not a wait for a state. */
const lasting = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
const withoutLeader = ({ tabs }: Run, leader: Tab) => tabs.filter((tab) => tab !== leader);

/** Like a user: some other tab of the group is in front, the leader is hidden behind it. */
export async function hideBehindOthers(run: Run, leader: Tab): Promise<void> {
  const front = withoutLeader(run, leader).at(-1);
  await front?.page.bringToFront();
}

async function replace(run: Run, ended: Tab) {
  run.lived.delete(ended);
  run.tabs = withoutLeader(run, ended);
  await untilLed(run.tabs);
  const tab = await run.openTab();
  await tab.untilConnected();
  run.tabs.push(tab);
}

export const faults: readonly Fault[] = [
  {
    name: 'the leader is closed',
    async happen(run, leader) {
      await leader.page.close();
      await replace(run, leader);
    },
  },
  {
    name: 'the leader is reloaded',
    async happen(run, leader) {
      run.lived.delete(leader);
      await leader.page.reload();
      await untilLed(run.tabs);
    },
  },
  {
    name: 'the leader navigates away and comes back',
    async happen(run, leader) {
      await leader.away();
      await untilLed(withoutLeader(run, leader));
      await leader.back();
      await untilLed(run.tabs);
      const { lifecycle } = await leader.record();
      expect(lifecycle, 'restored from the back/forward cache').toContain('pageshow:true');
    },
  },
  {
    name: "the leader's renderer crashes",
    async happen(run, leader) {
      await leader.crash();
      await replace(run, leader);
    },
  },
  {
    name: "the leader's main thread is blocked for 20 s",
    async happen(run, leader) {
      const blocked = leader.block(20_000);
      await untilLed(withoutLeader(run, leader), 15_000);
      await blocked;
      await untilLed(run.tabs);
    },
  },
  {
    name: 'the network is cut for 3 s',
    async happen(run) {
      run.network.cut();
      await lasting(3_000);
      run.network.restore();
      await untilLed(run.tabs);
    },
  },
];
