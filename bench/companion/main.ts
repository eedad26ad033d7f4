/** `npm run bench:server`: the companion beside Socket.IO as it is, without browsers. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { createRandom, type Summary, shuffle, summarize } from '../stats.ts';
import { type Measures, type Scenario, scenarios, type Variant } from './scenarios.ts';
import { type Mode, serve } from './server.ts';

const usage = `npm run bench:server -- [options]
  --json FILE        all values, as JSON
  --only LIST        fan-out-single, fan-out-burst, commands, storm
  --rounds N         interleaved rounds (5)
  --quick            2 rounds, at most 100 connections: for development`;

interface Run extends Variant {
  readonly round: number;
  readonly measures: Measures;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const [first, second] = process.argv.slice(2);
if (first === '--serve') serve(second as Mode);
else process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'string' },
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
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
  const runs = await runAll(chosen, rounds, values.quick ? 100 : Number.POSITIVE_INFINITY);
  console.log(toText(chosen, runs));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(toJson(runs, rounds), null, 2)}\n`);
  return 0;
}

async function runAll(chosen: readonly Scenario[], rounds: number, most: number): Promise<readonly Run[]> {
  const random = createRandom(1);
  const runs: Run[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const scenario of chosen) {
      const variants = scenario.connections
        .filter((connections) => connections <= most)
        .flatMap((connections) =>
          (['plain', 'companion'] as const).map((mode): Variant => ({ scenario: scenario.name, mode, connections })),
        );
      for (const variant of shuffle(variants, random)) {
        const measures = await scenario.run(variant);
        runs.push({ ...variant, round, measures });
        const told = Object.entries(measures).map(([name, value]) => `${name} ${round3(value)}`);
        console.error(`${scenario.name} ${variant.mode}, ${variant.connections}, round ${round}: ${told.join(', ')}`);
      }
    }
  }
  return runs;
}

function round3(value: number): number {
  return Number(value.toPrecision(3));
}

function medians(runs: readonly Run[], of: Variant): Readonly<Record<string, Summary | null>> {
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
    .map(({ name, what }) => {
      const connections = [...new Set(runs.filter((run) => run.scenario === name).map((run) => run.connections))];
      connections.sort((a, b) => a - b);
      const lines = connections.flatMap((many) => {
        const [plain, companion] = (['plain', 'companion'] as const).map((mode) =>
          medians(runs, { scenario: name, mode, connections: many }),
        );
        return Object.keys(plain ?? {}).map((measure) => {
          const values = [plain, companion].map((side) => side?.[measure]?.median ?? Number.NaN);
          return `  ${String(many).padStart(5)}  ${measure.padEnd(22)} ${values.map((value) => String(round3(value)).padStart(10)).join('  ')}`;
        });
      });
      const title = `${name}: ${what}`;
      return [title, `  conns  ${''.padEnd(22)} ${'plain'.padStart(10)}  ${'companion'.padStart(10)}`, ...lines].join(
        '\n',
      );
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
    machine: { cpu: cpu?.model, cores: os.cpus().length, system: `${os.type()} ${os.release()}` },
    versions: { node: process.version, commit: git('rev-parse', '--short', 'HEAD') },
    rounds,
    medians: variants.map((variant) => ({ ...variant, measures: medians(runs, variant) })),
    runs,
  };
}
