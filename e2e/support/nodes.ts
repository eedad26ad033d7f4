/** Three servers on one Redis behind one address, as a deployment has them; each has its own line to Redis. */
import { executable, startRedis, type TestRedis } from '../../src/redis/redis.fixture.ts';
import type { Session } from '../server/types.ts';
import { buildOnce } from './build.ts';
import { test as base, expect } from './fixtures.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { startServer, type TestServer } from './server.ts';

/** False only on a machine that is not CI. */
export const hasRedis: boolean = executable !== null;

export interface Node {
  readonly server: TestServer;
  readonly line: TcpProxy;
  /** False: it was killed. */
  alive: boolean;
}

export interface Nodes {
  readonly all: readonly Node[];
  /** Of all of them; those of a node that was killed ended with it. */
  sessions(): Promise<readonly Session[]>;
  live(node: Node): Promise<number>;
  /** Waits until there is one live session in all, and names where. */
  holder(): Promise<Node>;
  kill(node: Node): Promise<void>;
  /** How often each command took effect, by its key: at all of them. */
  runsByKey(): Readonly<Record<string, number>>;
}

interface NodesStage {
  readonly redis: TestRedis;
  readonly nodes: Nodes;
}

const isLive = ({ closedAt }: Session) => closedAt === undefined;

function createNodes(all: readonly Node[]): Nodes {
  const ended: Session[] = [];
  const sessionsOf = async ({ alive, server }: Node) => (alive ? (await server.state()).sessions : []);
  const live = async (node: Node) => (await sessionsOf(node)).filter(isLive).length;
  return {
    all,
    live,
    sessions: async () => [...ended, ...(await Promise.all(all.map(sessionsOf))).flat()],
    async holder() {
      let holder: Node | undefined;
      const total = async () => {
        const counts = await Promise.all(all.map(live));
        holder = all[counts.findIndex((count) => count > 0)];
        return counts.reduce((sum, count) => sum + count);
      };
      await expect.poll(total, { timeout: 20_000, message: 'live sessions at all nodes' }).toBe(1);
      if (!holder) throw new Error('unreachable');
      return holder;
    },
    async kill(node) {
      const sessions = await sessionsOf(node);
      node.alive = false;
      await node.server.kill();
      const closedAt = performance.timeOrigin + performance.now();
      ended.push(...sessions.map((session) => (isLive(session) ? { ...session, closedAt } : session)));
    },
    runsByKey() {
      const sum: Record<string, number> = {};
      for (const { server } of all) {
        for (const [key, runs] of Object.entries(server.runsByKey)) sum[key] = (sum[key] ?? 0) + runs;
      }
      return sum;
    },
  };
}

export const test = base.extend<NodesStage>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from it.
  redis: async ({}, use, info) => {
    info.skip(!hasRedis, 'there is no redis-server');
    const redis = await startRedis();
    await use(redis);
    await redis.end();
  },

  nodes: async ({ redis, serverOptions }, use) => {
    const { server: program } = await buildOnce();
    const all = await Promise.all(
      [1, 2, 3].map(async (): Promise<Node> => {
        const line = await startProxy(() => redis.port);
        const redisUrl = `redis://127.0.0.1:${line.port}`;
        return { line, server: await startServer(program, { ...serverOptions, redisUrl }), alive: true };
      }),
    );
    await use(createNodes(all));
    for (const { server, line } of all) {
      await server.close();
      await line.close();
      expect(server.failure).toBeNull();
    }
  },

  server: async ({ nodes }, use) => {
    const [first] = nodes.all;
    if (first) await use(first.server);
  },

  sessions: async ({ nodes }, use) => {
    await use(nodes.sessions);
  },

  /** Round-robin, also to one that is down: connections to it are refused, as by a balancer that has not noticed yet. */
  network: async ({ nodes }, use) => {
    let turn = 0;
    const proxy = await startProxy(() => {
      turn += 1;
      return nodes.all[turn % nodes.all.length]?.server.port ?? 0;
    });
    await use(proxy);
    await proxy.close();
  },
});

export { expect };
