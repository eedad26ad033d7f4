/** A table for people, and everything for programs. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { aims, judge, summaryOf, type Verdict } from './aims.ts';
import { root } from './build.ts';
import { modes } from './modes.ts';
import type { Options } from './options.ts';
import type { Run, Samples, Scenario } from './run.ts';
import { type Summary, summarize } from './stats.ts';

export interface Failure {
  readonly run: string;
  readonly message: string;
}
export interface Result {
  readonly options: Options;
  readonly browserVersion: string;
  readonly runs: readonly Run[];
  readonly failures: readonly Failure[];
}

export function toText(scenarios: readonly Scenario[], { runs, failures, browserVersion }: Result): string {
  const machine = describeMachine();
  const lines = [
    `${machine.cores} cores ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}; ${browserVersion}, Node ${process.version}`,
    'Medians; in brackets the middle half of the values; then the worst.',
  ];
  for (const scenario of scenarios) lines.push(...tableOf(scenario, runs));
  const verdicts = judgeAll(runs);
  if (verdicts.length > 0) lines.push('', 'Aims of (f)', ...alignColumns(verdicts.map(verdictRow)));
  for (const { run, message } of failures) lines.push('', `FAILED ${run}: ${message}`);
  return lines.join('\n');
}

export function toJson(scenarios: readonly Scenario[], result: Result): string {
  const { options, browserVersion, runs, failures } = result;
  const summaries = scenarios.flatMap(({ name }) =>
    variantsOf(name, runs).map(({ mode, tabs }) => {
      const metrics = metricsOf(name, runs).map((metric) => [metric, summaryOf(runs, name, mode, tabs, metric)]);
      return { scenario: name, mode, tabs, metrics: Object.fromEntries(metrics) };
    }),
  );
  const about = {
    date: new Date().toISOString(),
    machine: describeMachine(),
    versions: describeVersions(browserVersion),
  };
  return `${JSON.stringify({ ...about, options, summaries, aims: judgeAll(runs), failures, runs }, null, 2)}\n`;
}

export function mediansOf(samples: Samples): string {
  const parts = Object.entries(samples).map(([metric, values]) => `${metric} ${toCell(summarize(values))}`);
  return parts.join(', ');
}

function judgeAll(runs: readonly Run[]): Verdict[] {
  return aims.flatMap((aim) => judge(aim, runs) ?? []);
}

function tableOf({ name, title }: Scenario, runs: readonly Run[]): string[] {
  const metrics = metricsOf(name, runs);
  if (metrics.length === 0) return [];
  const rows = variantsOf(name, runs).map(({ mode, tabs }) => [
    `${tabs} tab${tabs === 1 ? '' : 's'}`,
    mode,
    ...metrics.map((metric) => toCell(summaryOf(runs, name, mode, tabs, metric))),
  ]);
  return ['', title, ...alignColumns([['', '', ...metrics], ...rows])];
}

function variantsOf(scenario: string, runs: readonly Run[]): Pick<Run, 'mode' | 'tabs'>[] {
  const mine = runs.filter((run) => run.scenario === scenario);
  const tabCounts = [...new Set(mine.map(({ tabs }) => tabs))].sort((a, b) => a - b);
  const has = (mode: string, tabs: number): boolean => mine.some((run) => run.mode === mode && run.tabs === tabs);
  return tabCounts.flatMap((tabs) => modes.filter((mode) => has(mode, tabs)).map((mode) => ({ mode, tabs })));
}

function metricsOf(scenario: string, runs: readonly Run[]): string[] {
  const mine = runs.filter((run) => run.scenario === scenario);
  return [...new Set(mine.flatMap(({ outcome }) => Object.keys(outcome.samples)))];
}

function toCell(summary: Summary | null): string {
  if (!summary) return '-';
  const { median, q1, q3, max, count } = summary;
  if (count === 1 || summary.min === max) return short(median);
  return `${short(median)} [${short(q1)}..${short(q3)}] ${short(max)}`;
}

function verdictRow({ scenario, tabs, metric, ours, theirs, ratio, of, factor, plus, allowed, always, met }: Verdict) {
  const limit = of ? `${factor} x ${of}${plus ? ` + ${plus}` : ''}` : always ? 'always' : 'limit';
  const compared = theirs === null || ratio === null ? '' : `${ratio.toFixed(2)} x ${short(theirs)}`;
  return [
    met ? 'met' : 'MISSED',
    `${scenario} ${tabs}`,
    metric,
    short(ours),
    compared,
    `at most ${short(allowed)}`,
    `(${limit})`,
  ];
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '');
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function describeMachine() {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
  };
}

function describeVersions(browserVersion: string) {
  const versionOf = (file: string): string => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  const ofPackage = (name: string): string => versionOf(path.join(root, 'node_modules', name, 'package.json'));
  return {
    onesocket: versionOf(path.join(root, 'package.json')),
    commit: commit(),
    node: process.version,
    browser: browserVersion,
    'socket.io': ofPackage('socket.io'),
    'socket.io-client': ofPackage('socket.io-client'),
  };
}

/** With `+` when files differ from it. */
function commit(): string | null {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'src') === '' ? '' : '+'}`;
  } catch {
    return null; // Not a clone.
  }
}
