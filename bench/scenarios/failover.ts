/** The leader's tab is closed, crashes, navigates away or hangs while events come at 100 per second. */
import type { Tab } from '../../e2e/support/cdp.ts';
import type { Mode } from '../modes.ts';
import type { Arrival, Tally } from '../pages/tab.ts';
import type { Outcome, Scenario, Sizes } from '../run.ts';
import { details, openStage, read, readAll, type Stage } from '../stage.ts';
import { sleep, until } from '../waits.ts';
import { stallOf } from './silence.ts';

export type Fault = 'close' | 'crash' | 'navigate' | 'hang';

const tabs = 5;
const everyMs = 10;
/** Lets a new leader settle, and whatever a rival stores now and then get stored. */
const calmMs = 600;
/** Long enough to see a silence end, when the tab that had the fault does not come back. */
const watchMs = 1_500;
const recoverTimeoutMs = 40_000;

interface FaultResult {
  /** Per surviving tab. */
  readonly stallMs: readonly number[];
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  /** From the new connection being open to its first event: authentication, reading the log, sending. */
  readonly replayMs: number | null;
}

export const failover = (['close', 'crash', 'navigate', 'hang'] as const).map(createScenario);

function createScenario(fault: Fault): Scenario {
  return {
    name: `failover-${fault}`,
    title: `Leader's tab: ${fault}, 5 tabs, 100 events per second; from the fault to events in every surviving tab`,
    variants: (_sizes, modes) => modes.filter((mode) => mode === 'c' || mode === 'f').map((mode) => ({ mode, tabs })),
    async run({ mode }, sizes, built) {
      const stage = await openStage({ mode, tabs, built });
      try {
        await stage.server.ask({ do: 'stream', everyMs });
        const results: FaultResult[] = [];
        while (results.length < faultCount(fault, mode, sizes)) {
          await sleep(calmMs);
          results.push(await playFault(stage, fault, sizes));
        }
        return toOutcome(mode, results);
      } catch (error) {
        throw new Error(`${mode}: ${(error as Error).message}${await details(stage.tabs())}`, { cause: error });
      } finally {
        await stage.close();
      }
    },
  };
}

/** By hand a hang is sat out: once per round shows it. */
function faultCount(fault: Fault, mode: Mode, { faultsPerRound }: Sizes): number {
  return fault === 'hang' && mode === 'c' ? 1 : faultsPerRound;
}

async function playFault(stage: Stage, fault: Fault, { hangMs }: Sizes): Promise<FaultResult> {
  const leader = await stage.leader();
  const survivors = stage.tabs().filter((tab) => tab !== leader);
  // Somebody looks at a follower: a hung leader is replaced by a visible one only.
  await survivors[0]?.show();
  await readAll(survivors, 'noteArrivals()');
  const before = await readAll<Tally>(survivors, 'tally()');
  await sleep(200);

  const faultAt = Date.now();
  await inflict[fault](stage, leader, hangMs);
  await sleep(fault === 'hang' ? hangMs + watchMs : watchMs);
  await untilAllReach(stage, survivors);
  const arrivals = await readAll<Arrival[]>(survivors, 'arrivals()');
  const after = await readAll<Tally>(survivors, 'tally()');
  const { connections } = await stage.server.ask({ do: 'report' });

  if (fault === 'hang') await untilAllReach(stage, [leader]);
  else {
    await stage.closeTab(leader);
    await stage.openTab();
  }
  const increase = (count: 'lost' | 'doubled' | 'reordered'): number =>
    Math.max(...after.map((tally, index) => tally[count] - (before[index]?.[count] ?? 0)));
  const renewed = connections.find(({ acceptedAt, firstEventAt }) => acceptedAt >= faultAt && firstEventAt);
  return {
    stallMs: arrivals.map((noted) => stallOf(noted, faultAt, renewed?.firstEventAt) ?? recoverTimeoutMs),
    lost: increase('lost'),
    doubled: increase('doubled'),
    reordered: increase('reordered'),
    replayMs: renewed?.firstEventAt && renewed.connectedAt ? renewed.firstEventAt - renewed.connectedAt : null,
  };
}

const inflict: Record<Fault, (stage: Stage, leader: Tab, hangMs: number) => Promise<void> | void> = {
  close: (stage, leader) => stage.closeTab(leader),
  crash: (_stage, leader) => leader.crash(),
  navigate: (stage, leader) => leader.navigate(`${stage.server.url}blank`),
  hang: (_stage, leader, hangMs) => leader.hang(hangMs),
};

/** Everything that was emitted until now has come, or counts as lost. */
async function untilAllReach(stage: Stage, tabsToCheck: readonly Tab[]): Promise<void> {
  const { last } = await stage.server.ask({ do: 'report' });
  await until(recoverTimeoutMs, 'events go on in every tab', async () => {
    const lasts = await Promise.all(tabsToCheck.map((tab) => read<Tally>(tab, 'tally()')));
    return lasts.every((tally) => tally.last >= last);
  });
}

function toOutcome(mode: Mode, results: readonly FaultResult[]): Outcome {
  const column = (name: 'lost' | 'doubled' | 'reordered'): number[] => results.map((result) => result[name]);
  const faults = results.flatMap(({ lost, doubled, reordered }) => {
    const broken = mode === 'f' && lost + doubled + reordered > 0;
    return broken ? [`${lost} lost, ${doubled} doubled, ${reordered} reordered`] : [];
  });
  return {
    samples: {
      stallMs: results.map(({ stallMs }) => Math.max(...stallMs)),
      firstTabStallMs: results.map(({ stallMs }) => Math.min(...stallMs)),
      replayMs: results.flatMap(({ replayMs }) => replayMs ?? []),
      lost: column('lost'),
      doubled: column('doubled'),
      reordered: column('reordered'),
    },
    faults,
    detail: results,
  };
}
