/**
 * CPU profiles of one burst, or of commands: the leader's renderer, one follower's and the server (from its
 * start). Enables the Profiler domain in two tabs and bundles readably: for reading where time goes, never for
 * comparing.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tab } from '../e2e/support/cdp.ts';
import { buildAll, root } from './build.ts';
import type { Mode } from './modes.ts';
import { mediansOf } from './report.ts';
import type { MeasuredOutcome } from './scenarios/burst.ts';
import { openStage, type Stage } from './stage.ts';

const tabs = 5;
const shown = 25;

/** The parts of the protocol's `Profile` that are read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

/** Returns what to print. */
export async function profileRun(mode: Mode, play: (stage: Stage) => Promise<MeasuredOutcome>): Promise<string> {
  const built = await buildAll([mode], { readable: true });
  const folder = path.join(root, '.cache/bench/profiles', mode);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const stage = await openStage({ mode, tabs, built, profileFolder: folder });
  const lines = [`PROFILE of ${mode} (not comparable with a run), ${tabs} tabs`];
  try {
    const [oldest] = stage.tabs();
    const leader = mode === 'a' ? oldest : await stage.leader();
    const follower = stage.tabs().find((tab) => tab !== leader);
    if (!leader || !follower) throw new Error('no leader or no follower');
    await Promise.all([leader, follower].map(startProfiler));
    const { samples, faults, cpu } = await play(stage);
    lines.push(mediansOf(samples), `processor time in ms: ${JSON.stringify(cpu.msByKind)}`, ...faults);
    for (const [name, tab] of [
      ['leader', leader],
      ['follower', follower],
    ] as const) {
      const { profile } = await tab.send<{ profile: CpuProfile }>('Profiler.stop');
      lines.push(...save(path.join(folder, `${name}.cpuprofile`), profile));
    }
  } finally {
    await stage.close();
  }
  const serverFile = path.join(folder, 'server.cpuprofile');
  lines.push(...save(serverFile, JSON.parse(readFileSync(serverFile, 'utf8')) as CpuProfile));
  return lines.join('\n');
}

async function startProfiler(tab: Tab): Promise<void> {
  await tab.send('Profiler.enable');
  await tab.send('Profiler.setSamplingInterval', { interval: 200 });
  await tab.send('Profiler.start');
}

function save(file: string, profile: CpuProfile): string[] {
  writeFileSync(file, JSON.stringify(profile));
  return ['', path.relative(root, file), ...hottest(profile)];
}

/** Functions by time of their own, without waiting. */
function hottest({ nodes, samples = [], timeDeltas = [] }: CpuProfile): string[] {
  const nameById = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || '(anonymous)'} ${url ? `${path.basename(url)}:${lineNumber + 1}` : ''}`.trim(),
    ]),
  );
  const usByName = new Map<string, number>();
  samples.forEach((id, at) => {
    const name = nameById.get(id) ?? '?';
    usByName.set(name, (usByName.get(name) ?? 0) + (timeDeltas[at] ?? 0));
  });
  return [...usByName]
    .filter(([name]) => name !== '(idle)' && name !== '(root)')
    .sort(([, a], [, b]) => b - a)
    .slice(0, shown)
    .map(([name, us]) => `${(us / 1_000).toFixed(1).padStart(9)} ms  ${name}`);
}
