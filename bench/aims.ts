/** What (f) aims at, as ratios of medians or in milliseconds; and whether it got there. */
import type { Mode } from './modes.ts';
import type { Run } from './run.ts';
import { type Summary, summarize } from './stats.ts';

export interface Aim {
  readonly scenario: string;
  readonly metric: string;
  readonly tabs: number;
  /** At most `factor` times the median of `of`, plus the median of our own `plus`; or at most `limit`. */
  readonly factor?: number;
  readonly of?: Mode;
  readonly plus?: string;
  readonly limit?: number;
  /** Holds for every value, not for the median. */
  readonly always?: boolean;
}
export interface Verdict extends Aim {
  readonly ours: number;
  readonly theirs: number | null;
  readonly ratio: number | null;
  readonly allowed: number;
  readonly met: boolean;
}

/** The default; the pages do not set it. */
const leaderTimeoutMs = 5_000;
const handovers = ['close', 'crash', 'navigate'].map((fault) => `failover-${fault}`);

export const aims: readonly Aim[] = [
  ...[5, 20].flatMap((tabs): Aim[] => [
    { scenario: 'burst', metric: 'burstMs', tabs, factor: 1.3, of: 'c3' },
    { scenario: 'burst', metric: 'cpuUsPerEvent', tabs, factor: 1.4, of: 'c3' },
  ]),
  { scenario: 'alone', metric: 'cpuUsPerEvent', tabs: 1, factor: 1.3, of: 'a' },
  { scenario: 'alone', metric: 'burstMs', tabs: 1, factor: 1.3, of: 'a' },
  ...handovers.map(
    (scenario): Aim => ({ scenario, metric: 'stallMs', tabs: 5, factor: 1.2, of: 'c', plus: 'replayMs' }),
  ),
  { scenario: 'failover-hang', metric: 'stallMs', tabs: 5, limit: leaderTimeoutMs + 500 },
  ...[...handovers, 'failover-hang'].flatMap((scenario): Aim[] => [
    { scenario, metric: 'lost', tabs: 5, limit: 0, always: true },
    { scenario, metric: 'doubled', tabs: 5, limit: 0, always: true },
  ]),
  { scenario: 'command', metric: 'roundTripUs', tabs: 5, factor: 1.15, of: 'c' },
];

/** All values of one metric of one mode over all rounds. */
export function summaryOf(runs: readonly Run[], scenario: string, mode: Mode, tabs: number, metric: string) {
  const mine = runs.filter((run) => run.scenario === scenario && run.mode === mode && run.tabs === tabs);
  return summarize(mine.flatMap(({ outcome }) => outcome.samples[metric] ?? []));
}

/** `null` where there is nothing to compare. */
export function judge(aim: Aim, runs: readonly Run[]): Verdict | null {
  const find = (mode: Mode, metric: string): Summary | null => summaryOf(runs, aim.scenario, mode, aim.tabs, metric);
  const summary = find('f', aim.metric);
  if (!summary) return null;
  const ours = aim.always ? summary.max : summary.median;
  const theirs = aim.of ? (find(aim.of, aim.metric)?.median ?? null) : null;
  if (aim.of && theirs === null) return null;
  const plus = aim.plus ? (find('f', aim.plus)?.median ?? 0) : 0;
  const allowed = aim.limit ?? (aim.factor ?? 1) * (theirs ?? 0) + plus;
  return { ...aim, ours, theirs, ratio: theirs ? ours / theirs : null, allowed, met: ours <= allowed };
}
