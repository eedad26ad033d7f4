/** What is measured with thousands of connections: a room at a steady rate, a storm of clients that come back, Redis. */
import { sleep } from '../waits.ts';
import { isCompanion, type Mode, onRedis } from './attach.ts';
import { type RedisProcess, type RedisUsage, startRedis } from './redis-process.ts';
import type { Measures, Scenario } from './scenarios.ts';
import type { Report } from './server.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { type Swarm, startSwarm } from './swarm.ts';

interface Field {
  readonly server: ServerProcess;
  readonly swarm: Swarm;
  readonly redis: RedisProcess | null;
}

/** Events that each client of the storm has missed. */
const missed = 100;
const appends = 20_000;

async function onField(mode: Mode, connections: number, run: (field: Field) => Promise<Measures>): Promise<Measures> {
  const redis = onRedis(mode) ? await startRedis() : null;
  const server = await startServer(mode, redis?.port);
  const swarm = startSwarm(mode, server.port, connections);
  try {
    return await run({ server, swarm, redis });
  } finally {
    await swarm.close();
    await server.close();
    await redis?.close();
  }
}

interface Spent {
  readonly ms: number;
  readonly before: Report;
  readonly after: Report;
  readonly redis: RedisUsage | null;
}

async function spend({ server, redis }: Field, run: () => Promise<unknown>): Promise<Spent> {
  const usedBefore = await redis?.usage();
  const before = await server.ask({ do: 'report' });
  const start = performance.now();
  await run();
  const ms = performance.now() - start;
  const after = await server.ask({ do: 'report' });
  const usedAfter = await redis?.usage();
  return { ms, before, after, redis: usedBefore && usedAfter ? between(usedBefore, usedAfter) : null };
}

function between(before: RedisUsage, after: RedisUsage): RedisUsage {
  const calls = Object.entries(after.calls).map(([name, count]) => [name, count - (before.calls[name] ?? 0)] as const);
  const made = calls.filter(([name, count]) => count > 0 && !name.startsWith('config'));
  return {
    cpuUs: after.cpuUs - before.cpuUs,
    memoryKb: after.memoryKb - before.memoryKb,
    calls: Object.fromEntries(made),
  };
}

/** Of Redis: processor time, and calls by name, for each of `count`. */
function share({ redis }: Spent, count: number, what: string): Measures {
  if (!redis) return {};
  const calls = Object.entries(redis.calls).map(([name, times]) => [`redis ${name}/${what}`, times / count] as const);
  return { [`redis cpu µs/${what}`]: redis.cpuUs / count, ...Object.fromEntries(calls) };
}

const cpuOf = ({ before, after }: Spent): number => after.cpuUs - before.cpuUs;

interface Rate {
  readonly name: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly modes: readonly Mode[];
  readonly connections: readonly number[];
}

function atRate({ name, perSecond, seconds, modes, connections: sizes }: Rate): Scenario {
  return {
    name,
    what: `one room, ${perSecond} events of 200 bytes per second for ${seconds} s`,
    modes,
    connections: sizes,
    run: ({ mode, connections, share: part }) =>
      onField(mode, connections, async (field) => {
        const { server, swarm } = field;
        const opening = await spend(field, () => swarm.open());
        const emit = async (count: number): Promise<void> => {
          await Promise.all([server.ask({ do: 'pace', count, perSecond }), swarm.received(count)]);
        };
        const count = Math.max(4, Math.ceil(perSecond * seconds * part));
        await emit(Math.ceil(count / 10)); // compiled, and all connections live
        const spent = await spend(field, () => emit(count));
        return {
          'cpu µs/event': cpuOf(spent) / count,
          'events/s': (count / spent.ms) * 1_000,
          // Of few it is lost in what the process takes and gives back.
          ...(connections >= 1_000 && { 'kB/connection': (opening.after.rssKb - opening.before.rssKb) / connections }),
          ...share(spent, count, 'event'),
        };
      }),
  };
}

const storm: Scenario = {
  name: 'storm',
  what: `all are cut, miss ${missed} events and come back at once (plain: they stay lost)`,
  modes: ['plain', 'companion', 'recovery', 'companion-redis'],
  connections: [5_000],
  run: ({ mode, connections }) =>
    onField(mode, connections, async (field) => {
      const { server, swarm } = field;
      const emit = (count: number): Promise<Report> => server.ask({ do: 'pace', count, perSecond: 1_000 });
      await swarm.open();
      await Promise.all([emit(2), swarm.received(2)]); // a place to come back to
      await swarm.cut();
      await server.ask({ do: 'empty' });
      await emit(missed);
      let lost = 0;
      const spent = await spend(field, async () => {
        lost = await swarm.open();
        if (mode !== 'plain') await swarm.received(missed);
      });
      await Promise.all([emit(1), swarm.received(1)]); // all are live, and nobody got anything twice
      return {
        'ms until all are live': spent.ms,
        'cpu µs/client': cpuOf(spent) / connections,
        ...(mode === 'recovery' && { 'not recovered': lost }),
        'MB before': spent.before.rssKb / 1_024,
        'MB at most': spent.after.peakRssKb / 1_024,
        ...(isCompanion(mode) && { 'looks at shared streams': spent.after.logReads - spent.before.logReads }),
        ...share(spent, connections, 'client'),
      };
    }),
};

const append: Scenario = {
  name: 'append',
  what: `${appends} events to a room that nobody is in, 100 under way`,
  modes: ['companion', 'companion-redis'],
  connections: [0],
  run: ({ mode, connections, share: part }) =>
    onField(mode, connections, async (field) => {
      const count = appends * part;
      const run = (many: number): Promise<Report> => field.server.ask({ do: 'append', count: many, atOnce: 100 });
      await run(count / 5);
      const spent = await spend(field, () => run(count));
      return {
        'appends/s': (count / spent.ms) * 1_000,
        'cpu µs/append': cpuOf(spent) / count,
        ...share(spent, count, 'append'),
      };
    }),
};

const idle: Scenario = {
  name: 'idle',
  what: 'connections to which nothing happens, for 30 s',
  modes: ['plain', 'companion', 'recovery', 'companion-redis'],
  connections: [2_000],
  run: ({ mode, connections, share: part }) =>
    onField(mode, connections, async (field) => {
      const opening = await spend(field, () => field.swarm.open());
      const spent = await spend(field, () => sleep(30_000 * part));
      const perConnection = (connections * spent.ms) / 1_000;
      return {
        'cpu µs/connection and s': cpuOf(spent) / perConnection,
        'heap kB/connection': (opening.after.heapKb - opening.before.heapKb) / connections,
        'kB/connection': (opening.after.rssKb - opening.before.rssKb) / connections,
        ...(opening.redis && { 'redis kB/connection': opening.redis.memoryKb / connections }),
        ...share(spent, perConnection, 'connection and s'),
      };
    }),
};

const inMemory: readonly Mode[] = ['plain', 'companion'];
const withRedis: readonly Mode[] = ['recovery', 'companion-redis'];

export const loadScenarios: readonly Scenario[] = [
  atRate({ name: 'room', perSecond: 200, seconds: 20, modes: inMemory, connections: [100, 1_000] }),
  atRate({ name: 'room-largest', perSecond: 1, seconds: 10, modes: inMemory, connections: [10_000] }),
  atRate({ name: 'room-redis', perSecond: 200, seconds: 10, modes: withRedis, connections: [1_000] }),
  append,
  idle,
  storm,
];
