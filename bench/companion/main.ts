/** `npm run bench:server`: the companion beside Socket.IO as it is, without browsers. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { createRandom, type Summary, shuffle, summarize } from '../stats.ts';
import type { Mode } from './attach.ts';
import { loadScenarios } from './load.ts';
import { fanOutScenarios, type Measures, type Scenario, type Variant } from './scenarios.ts';
import { serve } from './server.ts';
import { swarm } from './swarm-process.ts';

const scenarios: readonly Scenario[] = [...fanOutScenarios, ...loadScenarios];

const usage = `npm run bench:server -- [options]
  --json FILE        all values, as JSON
  --only LIST        ${scenarios.map(({ name }) => name).join(', ')}
  --rounds N         interleaved rounds (5)
  --most N           at most so many connections in place of more
  --share F          of the events and seconds of a full run (1)
  --quick            2 rounds, at most 100 connections, a tenth of the events: for development`;

interface Run extends Variant {
  readonly round: number;
  readonly measures: Measures;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const [role, mode, ...numbers] = process.argv.slice(2);
const [port = 0, from = 0, count = 0] = numbers.map(Number);
if (role === '--serve') await serve(mode as Mode, port);
else if (role === '--swarm') swarm(mode as Mode, port, from, count);
else process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
      most: { type: 'string' },
      share: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const names = values.only.split(',').filter((name) => name !== '');
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  const unknown = names.find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (values.help || unknown !== undefined || !(rounds >= 1)) {
    console.error(unknown === undefined ? usage : `unknown scenario "${unknown}"\n\n${usage}`);
    return values.help ? 0 : 2;
  }
  const chosen = scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
  const most = Number(values.most ?? (values.quick ? 100 : Number.POSITIVE_INFINITY));
  const share = Number(values.share ?? (values.quick ? 0.1 : 1));
  const runs: Run[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    runs.push(...(await runRound(chosen, { round, most, share })));
    // After each, so that one that is cut short has told what it found.
    if (values.json) writeFileSync(values.json, `${JSON.stringify(toJson(runs, round), null, 2)}\n`);
  }
  console.log(toText(chosen, runs));
  return 0;
}

interface Extent {
  readonly round: number;
  readonly most: number;
  readonly share: number;
}

async function runRound(chosen: readonly Scenario[], { round, most, share }: Extent): Promise<readonly Run[]> {
  const random = createRandom(round);
  const runs: Run[] = [];
  for (const scenario of chosen) {
    const sizes = new Set(scenario.connections.map((connections) => Math.min(connections, most)));
    const variants = [...sizes].flatMap((connections) =>
      scenario.modes.map((each): Variant => ({ scenario: scenario.name, mode: each, connections, share })),
    );
    for (const variant of shuffle(variants, random)) {
      const measures = await scenario.run(variant);
      runs.push({ ...variant, round, measures });
      const told = Object.entries(measures).map(([name, value]) => `${name} ${round3(value)}`);
      console.error(`${scenario.name} ${variant.mode}, ${variant.connections}, round ${round}: ${told.join(', ')}`);
    }
  }
  return runs;
}

function round3(value: number): number {
  return Number(value.toPrecision(3));
}

function medians(runs: readonly Run[], of: Omit<Variant, 'share'>): Readonly<Record<string, Summary | null>> {
  const same = runs.filter(
    (run) => run.scenario === of.scenario && run.mode === of.mode && run.connections === of.connections,
  );
  const names = Object.keys(same[0]?.measures ?? {});
  return Object.fromEntries(
    names.map((name) => [name, summarize(same.map(({ measures }) => measures[name] ?? Number.NaN))]),
  );
}

function toText(chosen: readonly Scenario[], runs: readonly Run[]): string {
  return chosen
    .map(({ name, what, modes }) => {
      const connections = [...new Set(runs.filter((run) => run.scenario === name).map((run) => run.connections))];
      connections.sort((a, b) => a - b);
      const lines = connections.flatMap((many) => {
        const sides = modes.map((each) => medians(runs, { scenario: name, mode: each, connections: many }));
        return [...new Set(sides.flatMap((side) => Object.keys(side)))].map((measure) => {
          const values = sides.map((side) => side[measure]?.median);
          const cells = values.map((value) => (value === undefined ? '' : String(round3(value))).padStart(15));
          return `  ${String(many).padStart(6)}  ${measure.padEnd(28)} ${cells.join('  ')}`;
        });
      });
      const head = `  ${'conns'.padStart(6)}  ${''.padEnd(28)} ${modes.map((each) => each.padStart(15)).join('  ')}`;
      return [`${name}: ${what}`, head, ...lines].join('\n');
    })
    .join('\n\n');
}

function toJson(runs: readonly Run[], rounds: number): unknown {
  const git = (...args: string[]): string | null => {
    try {
      return execFileSync('git', args, { encoding: 'utf8' }).trim();
    } catch {
      return null;
    }
  };
  const [cpu] = os.cpus();
  const variants = [
    ...new Map(
      runs.map(({ scenario, mode, connections }) => [
        `${scenario}/${mode}/${connections}`,
        { scenario, mode, connections },
      ]),
    ).values(),
  ];
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: cpu?.model,
      cores: os.cpus().length,
      system: `${os.type()} ${os.release()}`,
      load: os.loadavg().map(String).join(', '),
    },
    versions: { node: process.version, commit: git('rev-parse', '--short', 'HEAD') },
    rounds,
    medians: variants.map((variant) => ({ ...variant, measures: medians(runs, variant) })),
    runs,
  };
}
