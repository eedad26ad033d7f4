/** Processor time of a browser: all its processes, by what they are. Linux only. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds by kind of process: browser, renderer, network, gpu, other. */
export type CpuMsByKind = Readonly<Record<string, number>>;
export interface CpuReading {
  readonly totalMs: number;
  readonly msByKind: CpuMsByKind;
  readonly renderers: number;
}
interface ProcessTime {
  readonly pid: number;
  readonly parent: number;
  /** Of itself and of the children it outlived. */
  readonly ticks: number;
  readonly command: string;
}

const msPerTick = 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

export function readCpu(rootPid: number): CpuReading {
  const msByKind: Record<string, number> = {};
  let totalMs = 0;
  let renderers = 0;
  for (const { ticks, command } of processTree(rootPid)) {
    const kind = kindOf(command);
    const ms = ticks * msPerTick;
    msByKind[kind] = (msByKind[kind] ?? 0) + ms;
    totalMs += ms;
    if (kind === 'renderer') renderers += 1;
  }
  return { totalMs, msByKind, renderers };
}

export function cpuBetween(before: CpuReading, after: CpuReading): CpuReading {
  const kinds = Object.keys(after.msByKind);
  const spent = kinds.map((kind) => [kind, (after.msByKind[kind] ?? 0) - (before.msByKind[kind] ?? 0)] as const);
  return { totalMs: after.totalMs - before.totalMs, msByKind: Object.fromEntries(spent), renderers: after.renderers };
}

function kindOf(command: string): string {
  const [, type] = /--type=(\S+)/.exec(command) ?? [];
  if (type === undefined) return 'browser';
  if (command.includes('network.mojom')) return 'network';
  if (type === 'renderer') return 'renderer';
  return type === 'gpu-process' ? 'gpu' : 'other';
}

function processTree(root: number): ProcessTime[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const below = (pid: number): ProcessTime[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

function readProcess(pid: number): ProcessTime | null {
  try {
    // The name in parentheses may hold spaces; field 3 of proc(5) is the first after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const field = (number: number): number => Number(fields[number - 3]);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parent: field(4), ticks: field(14) + field(15) + field(16) + field(17), command };
  } catch {
    return null; // It ended meanwhile.
  }
}
