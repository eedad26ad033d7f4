/** Ten thousand events in one go, until every tab has them all; and the same with one tab alone. */
import { type CpuReading, cpuBetween, readCpu } from '../cpu.ts';
import type { Mode } from '../modes.ts';
import type { Tally } from '../pages/tab.ts';
import type { Outcome, Scenario, Sizes, Variant } from '../run.ts';
import { details, openStage, readAll, type Stage } from '../stage.ts';
import { sleep } from '../waits.ts';

const burstTimeoutMs = 180_000;
/** What a rival puts off (storing a cursor, collecting garbage) is its cost too. */
const settleMs = 300;

const variantsFor = (tabCounts: readonly number[], modes: readonly Mode[]): Variant[] =>
  tabCounts.flatMap((tabs) => modes.map((mode) => ({ mode, tabs })));

export const burst: Scenario = {
  name: 'burst',
  title: 'Burst: until all tabs have all events, and processor time of all browser processes',
  variants: ({ burstTabs }, modes) => variantsFor(burstTabs, modes),
  run: runOnStage,
};
export const alone: Scenario = {
  name: 'alone',
  title: 'The same burst with one tab alone',
  variants: (_sizes, modes) => variantsFor([1], modes),
  run: runOnStage,
};

async function runOnStage({ mode, tabs }: Variant, { events }: Sizes, built: Parameters<Scenario['run']>[2]) {
  const stage = await openStage({ mode, tabs, built });
  try {
    return await playBurst(stage, events);
  } finally {
    await stage.close();
  }
}

export interface MeasuredOutcome extends Outcome {
  readonly cpu: CpuReading;
}

export async function playBurst(stage: Stage, events: number): Promise<MeasuredOutcome> {
  const { mode, browser, server, tabs } = stage;
  const before = await server.ask({ do: 'report' });
  const goal = before.last + events;
  const reached = readAll<number>(tabs(), `reached(${goal})`, burstTimeoutMs);
  const cpuBefore = readCpu(browser.pid);
  const [after, doneAt] = await Promise.all([
    server.ask({ do: 'burst', count: events }, burstTimeoutMs),
    reached,
  ]).catch(async (error: Error) => {
    throw new Error(`${mode}: ${error.message}${await details(tabs())}`, { cause: error });
  });
  await sleep(settleMs);
  const cpu = cpuBetween(cpuBefore, readCpu(browser.pid));
  const tallies = await readAll<Tally>(tabs(), 'tally()');
  return {
    samples: {
      burstMs: [Math.max(...doneAt) - after.startedAt],
      cpuUsPerEvent: [(cpu.totalMs * 1_000) / events],
      serverCpuUsPerEvent: [(after.cpuUs - before.cpuUs) / events],
    },
    faults: tallies.flatMap((tally, index) => faultsOf(tally, goal).map((fault) => `tab ${index + 1}: ${fault}`)),
    cpu,
    detail: { tallies, doneMs: doneAt.map((at) => at - after.startedAt) },
  };
}

/** Both ends must agree: each event once, in order, up to the server's last. */
function faultsOf({ first, last, received, lost, doubled, reordered }: Tally, serverLast: number): string[] {
  const faults: string[] = [];
  if (last !== serverLast) faults.push(`ends at ${last}, the server at ${serverLast}`);
  if (received !== last - first + 1) faults.push(`${received} events from ${first} to ${last}`);
  if (lost + doubled + reordered > 0) faults.push(`${lost} lost, ${doubled} doubled, ${reordered} reordered`);
  return faults;
}
