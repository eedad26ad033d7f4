/** Processes below this one, as Linux tells of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from '@playwright/test';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** Time on a processor, in hundredths of a second. */
  readonly ticks: number;
}

function look(pid: number): Process | null {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    // Before the state stands the name, which may have any character in it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { pid, parent: Number(fields[1]), command, ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null; // It ended meanwhile.
  }
}

export function descendantsOf(root: number): Process[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (look(Number(name)) ?? []) : []));
  const below = (parent: number): Process[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(root);
}

/** Children before their parent, so that it can take note of their end. */
export async function endAll(processes: readonly Process[]): Promise<void> {
  for (const { pid, command } of [...processes].reverse()) {
    // The number may be another's by now.
    if (look(pid)?.command !== command) continue;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => look(pid)?.command, { message: command, intervals: [20] }).not.toBe(command);
  }
}

/** So that the browser can be closed whatever a spec stopped. */
export function continueAll(matching: RegExp): void {
  for (const { pid, command } of descendantsOf(process.pid)) if (matching.test(command)) process.kill(pid, 'SIGCONT');
}

/** The one of our processes matching this that works hard while a page does. No driver tells it. */
export async function pidOfBusy(matching: RegExp, work: () => Promise<void>): Promise<number> {
  const before = descendantsOf(process.pid).filter(({ command }) => matching.test(command));
  const worked = () =>
    before
      .map(({ pid, ticks }) => ({ pid, ticks: (look(pid)?.ticks ?? ticks) - ticks }))
      .sort((a, b) => b.ticks - a.ticks);
  await work();
  const isClear = () => {
    const [most, next] = worked();
    return most !== undefined && most.ticks >= 20 && most.ticks >= 3 * (next?.ticks ?? 0);
  };
  await expect.poll(isClear, { timeout: 10_000, message: 'one busy process', intervals: [100] }).toBe(true);
  return worked()[0]?.pid ?? 0;
}
