/** The command line. */
import { parseArgs } from 'node:util';
import { type Mode, modes } from './modes.ts';
import type { Sizes } from './run.ts';

export interface Options extends Sizes {
  /** Scenarios by the beginning of their names; empty: all. */
  readonly only: readonly string[];
  readonly modes: readonly Mode[];
  readonly jsonFile: string | undefined;
  readonly profile: boolean;
  readonly seed: number;
}

export const usage = `npm run bench -- [options]
  --json FILE        all values, as JSON
  --only LIST        burst, alone, failover, failover-close, -crash, -navigate, -hang, command
  --modes LIST       a (a connection per tab), c (relay by hand), c3 (the same, batched), f (ours)
  --tabs LIST        tabs of the burst (5,20)
  --rounds N         interleaved rounds (5)
  --events N         of the burst (10000)
  --faults N         per round and kind of fault (2)
  --hang-ms N        how long a hung leader hangs (20000)
  --seed N           of the order of the runs
  --quick            2 rounds, 5 tabs, 1 fault, hang of 8 s: for development
  --profile          instead: CPU profiles of a burst, or with --only command of commands, at 5 tabs:
                     leader, one follower, server; of (f) unless --modes says otherwise`;

export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      only: { type: 'string', default: '' },
      modes: { type: 'string' },
      tabs: { type: 'string' },
      rounds: { type: 'string' },
      events: { type: 'string', default: '10000' },
      faults: { type: 'string' },
      'hang-ms': { type: 'string' },
      seed: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  return {
    only: listOf(values.only),
    modes: listOf(values.modes ?? (values.profile ? 'f' : modes.join())).map(toMode),
    jsonFile: values.json,
    profile: values.profile,
    seed: toNumber(values.seed ?? String(Date.now() % 1_000_000)),
    rounds: toNumber(values.rounds ?? (quick ? '2' : '5')),
    burstTabs: listOf(values.tabs ?? (quick ? '5' : '5,20')).map(toNumber),
    events: toNumber(values.events),
    faultsPerRound: toNumber(values.faults ?? (quick ? '1' : '2')),
    hangMs: toNumber(values['hang-ms'] ?? (quick ? '8000' : '20000')),
    commandSamples: quick ? 25 : 100,
  };
}

function listOf(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}
function toMode(name: string): Mode {
  const mode = modes.find((known) => known === name);
  if (!mode) throw new Error(`unknown mode "${name}": one of ${modes.join(', ')}`);
  return mode;
}
function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`not a number above 0: ${text}`);
  return value;
}
