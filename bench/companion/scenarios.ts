/** What is measured with clients in this process: fan-out and commands. */
import type { Mode } from './attach.ts';
import type { Pattern } from './server.ts';
import { openStage, type Stage } from './stage.ts';

export interface Variant {
  readonly scenario: string;
  readonly mode: Mode;
  readonly connections: number;
  /** Of the events, commands and seconds of a full run. */
  readonly share: number;
}
/** By the name of what was measured, with its unit. */
export type Measures = Readonly<Record<string, number>>;
export interface Scenario {
  readonly name: string;
  readonly what: string;
  readonly modes: readonly Mode[];
  readonly connections: readonly number[];
  run(variant: Variant): Promise<Measures>;
}

/** Events received in one run, over all connections. */
const deliveries = 50_000;
const commandsInAll = 10_000;
/** Commands that one connection has under way. */
const pipeline = 10;
const modes: readonly Mode[] = ['plain', 'companion'];

async function onStage<Result>(mode: Mode, run: (stage: Stage) => Promise<Result>): Promise<Result> {
  const stage = await openStage(mode);
  try {
    return await run(stage);
  } finally {
    await stage.close();
  }
}

/** Wall clock here, processor time at the server. */
async function timed(
  stage: Stage,
  run: () => Promise<unknown>,
): Promise<{ readonly ms: number; readonly cpuUs: number }> {
  const before = await stage.ask({ do: 'report' });
  const start = performance.now();
  await run();
  const ms = performance.now() - start;
  const after = await stage.ask({ do: 'report' });
  return { ms, cpuUs: after.cpuUs - before.cpuUs };
}

function fanOut(pattern: Pattern, what: string): Scenario {
  return {
    name: `fan-out-${pattern}`,
    what,
    modes,
    connections: [1, 100, 1_000],
    run: ({ mode, connections }) =>
      onStage(mode, async (stage) => {
        await stage.open(connections);
        const emit = async (count: number): Promise<void> => {
          stage.mark();
          await Promise.all([stage.ask({ do: 'emit', count, pattern }), stage.received(count * connections)]);
        };
        const count = Math.max(100, deliveries / connections / (connections === 1 ? 5 : 1));
        await emit(Math.ceil(count / 5)); // compiled, and all connections live
        const { ms, cpuUs } = await timed(stage, () => emit(count));
        return { 'events/s': (count / ms) * 1_000, 'cpu µs/event': cpuUs / count };
      }),
  };
}

const commands: Scenario = {
  name: 'commands',
  what: `commands answered, ${pipeline} under way per connection`,
  modes,
  connections: [1, 100],
  run: ({ mode, connections }) =>
    onStage(mode, async (stage) => {
      const clients = await stage.open(connections);
      let n = 0;
      const send = async (count: number): Promise<void> => {
        let left = count;
        const lane = async (client: (typeof clients)[number]): Promise<void> => {
          while (left > 0) {
            left -= 1;
            n += 1;
            await client.echo(n);
          }
        };
        await Promise.all(clients.flatMap((client) => Array.from({ length: pipeline }, () => lane(client))));
      };
      await send(commandsInAll / 5);
      const { ms, cpuUs } = await timed(stage, () => send(commandsInAll));
      return { 'commands/s': (commandsInAll / ms) * 1_000, 'cpu µs/command': cpuUs / commandsInAll };
    }),
};

export const fanOutScenarios: readonly Scenario[] = [
  fanOut('single', 'one event per turn of the event loop, to all'),
  fanOut('burst', 'all events in one turn, to all'),
  commands,
];
