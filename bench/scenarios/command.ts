/** A command's round trip, nothing else going on. */
import { cpuBetween, readCpu } from '../cpu.ts';
import type { Scenario } from '../run.ts';
import { openStage, read, type Stage } from '../stage.ts';
import type { MeasuredOutcome } from './burst.ts';

const tabs = 5;
const perSample = 20;
const timeoutMs = 60_000;

export const command: Scenario = {
  name: 'command',
  title: 'Round trip of a command: from a follower, and from the leader (a: from two tabs), 5 tabs',
  variants: (_sizes, modes) => modes.map((mode) => ({ mode, tabs })),
  async run({ mode }, { commandSamples }, built) {
    const stage = await openStage({ mode, tabs, built });
    try {
      return await playCommands(stage, commandSamples);
    } finally {
      await stage.close();
    }
  },
};

export async function playCommands(stage: Stage, samples: number): Promise<MeasuredOutcome> {
  const { mode, browser, server, tabs: openTabs } = stage;
  const [oldest] = openTabs();
  const leader = mode === 'a' ? oldest : await stage.leader();
  const follower = openTabs().find((tab) => tab !== leader);
  if (!leader || !follower) throw new Error(`${mode}: no leader or no follower`);
  const measure = async (tab: typeof leader): Promise<number[]> => {
    // A user gives commands in the tab in front.
    await tab.show();
    await read(tab, `roundTripsUs(2, ${perSample})`, timeoutMs);
    return read<number[]>(tab, `roundTripsUs(${samples}, ${perSample})`, timeoutMs);
  };

  const leaderRoundTripUs = await measure(leader);
  const before = await server.ask({ do: 'report' });
  const cpuBefore = readCpu(browser.pid);
  const roundTripUs = await measure(follower);
  const cpu = cpuBetween(cpuBefore, readCpu(browser.pid));
  const after = await server.ask({ do: 'report' });
  const commands = (samples + 2) * perSample;
  return {
    samples: {
      roundTripUs,
      leaderRoundTripUs,
      cpuUsPerCommand: [(cpu.totalMs * 1_000) / commands],
      serverCpuUsPerCommand: [(after.cpuUs - before.cpuUs) / commands],
    },
    faults: [],
    cpu,
  };
}
