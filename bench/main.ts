/** `npm run bench`: ours beside what one writes by hand, in real tabs. Linux with Chromium. */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { buildAll } from './build.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { profileRun } from './profile.ts';
import { type Failure, mediansOf, type Result, toJson, toText } from './report.ts';
import type { Run, Scenario, Variant } from './run.ts';
import { alone, burst, playBurst } from './scenarios/burst.ts';
import { command, playCommands } from './scenarios/command.ts';
import { failover } from './scenarios/failover.ts';
import { browserVersion } from './stage.ts';
import { createRandom, shuffle } from './stats.ts';

const allScenarios: readonly Scenario[] = [burst, alone, ...failover, command];

// The server and the browser are ended by their own hooks on exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  let scenarios: readonly Scenario[];
  try {
    options = parseOptions(args);
    scenarios = pick(options.only);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (options.profile) {
    const { events, commandSamples } = options;
    const ofCommands = scenarios.includes(command) && !scenarios.includes(burst);
    for (const mode of options.modes) {
      console.log(
        await profileRun(mode, (stage) =>
          ofCommands ? playCommands(stage, commandSamples) : playBurst(stage, events),
        ),
      );
    }
    return 0;
  }
  const result = await runAll(scenarios, options);
  console.log(toText(scenarios, result));
  if (options.jsonFile) writeFileSync(options.jsonFile, toJson(scenarios, result));
  return result.failures.length > 0 ? 1 : 0;
}

function pick(only: readonly string[]): readonly Scenario[] {
  if (only.length === 0) return allScenarios;
  return only.flatMap((wanted) => {
    const found = allScenarios.filter(({ name }) => name === wanted || name.startsWith(`${wanted}-`));
    if (found.length === 0) throw new Error(`unknown scenario "${wanted}"`);
    return found;
  });
}

async function runAll(scenarios: readonly Scenario[], options: Options): Promise<Result> {
  const built = await buildAll(options.modes, { readable: false });
  const random = createRandom(options.seed);
  const runs: Run[] = [];
  const failures: Failure[] = [];

  async function runOne(scenario: Scenario, variant: Variant, round: number): Promise<void> {
    const label = `${scenario.name} ${variant.mode}, ${variant.tabs} tabs, round ${round}`;
    const loadBefore = os.loadavg()[0] ?? 0;
    try {
      const outcome = await scenario.run(variant, options, built);
      runs.push({ ...variant, scenario: scenario.name, round, outcome, loadBefore });
      failures.push(...outcome.faults.map((message) => ({ run: label, message })));
      console.error(`${label}: ${mediansOf(outcome.samples)}`);
    } catch (error) {
      const { message } = error as Error;
      failures.push({ run: label, message });
      console.error(`${label}: FAILED ${message}`);
    }
  }

  for (let round = 1; round <= options.rounds; round += 1) {
    for (const scenario of scenarios) {
      for (const variant of shuffle(scenario.variants(options, options.modes), random)) {
        await runOne(scenario, variant, round);
      }
    }
  }
  return { options, browserVersion: browserVersion(), runs, failures };
}
