/** Several nodes on one Redis, a door in front of them for each client, and what the clients heard. */
import { type ChildProcess, fork } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { bundleForNode } from '../../scripts/lib/bundle.mjs';
import { createClient } from '../server/conformance.fixture.ts';
import type { Checked, Outcome } from '../server/conformance-world.fixture.ts';
import type { Order } from './node.fixture.ts';
import { until } from './redis.fixture.ts';

export interface TestNode {
  readonly port: number;
  readonly alive: () => boolean;
  /** Rejects with the code. */
  obey(order: Omit<Order, 'order'>): Promise<unknown>;
  kill(): void;
}

interface Reply {
  readonly order?: number;
  readonly port?: number;
  readonly result?: unknown;
  readonly code?: string;
}

export async function startNode(redisPort: number, timeoutMs: number): Promise<TestNode> {
  const program = await bundleForNode('src/redis/node.fixture.ts');
  const child: ChildProcess = fork(program, [String(redisPort), String(timeoutMs)], { execArgv: [] });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (code: string) => void }>();
  let orders = 0;
  let alive = true;
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', ({ port: mine, order, result, code }: Reply) => {
      if (mine !== undefined) resolve(mine);
      if (order === undefined) return;
      const asked = waiting.get(order);
      waiting.delete(order);
      if (code === undefined) asked?.resolve(result);
      else asked?.reject(code);
    });
    child.on('exit', () => {
      alive = false;
      for (const { reject: rejectOrder } of waiting.values()) rejectOrder('killed');
      reject(new Error('The node ended'));
    });
  });
  return {
    port,
    alive: () => alive,
    obey: (order) =>
      new Promise((resolve, reject) => {
        if (!alive) return reject('killed');
        orders += 1;
        waiting.set(orders, { resolve, reject });
        child.send({ ...order, order: orders } satisfies Order);
      }),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Leads all connections to one node, and to the next one that lives when that is gone. */
async function openDoor(nodes: readonly TestNode[], first: number) {
  const sockets = new Set<Socket>();
  const server = createServer((outer) => {
    const node = [...nodes.slice(first), ...nodes.slice(0, first)].find(({ alive }) => alive());
    if (!node) return outer.destroy();
    const inner = connect(node.port, '127.0.0.1');
    for (const [one, other] of [[outer, inner] as const, [inner, outer] as const]) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

type Heard = { readonly id: number; readonly payload: unknown } | { readonly refresh: string; readonly id: number };

export interface Listener {
  readonly client: Checked;
  /** By stream. */
  heard(stream: string): readonly Heard[];
  payloads(stream: string): readonly unknown[];
  refreshes(stream: string): readonly string[];
  /** What was told twice, out of order, or skipped without a word; empty when all is well. */
  breaks(stream: string): readonly string[];
  command(id: string): Promise<Outcome>;
  close(): void;
}

/** A client written after PROTOCOL.md; connected. */
export async function listen(nodes: readonly TestNode[], first: number, user: string): Promise<Listener> {
  const door = await openDoor(nodes, first);
  const heardByStream = new Map<string, Heard[]>();
  const note = (stream: string, heard: Heard): void => {
    heardByStream.set(stream, [...(heardByStream.get(stream) ?? []), heard]);
  };
  const client = createClient({
    url: door.url,
    token: () => user,
    user,
    retryMs: 50,
    onEvent: ({ stream, id, payload }) => note(stream, { id, payload }),
    onRefresh: ({ stream, id, reason }) => note(stream, { id, refresh: reason }),
    onEnd: () => {},
  });
  await until(() => Object.keys(client.cursors()).length > 0);
  const starts = client.cursors();
  const heard = (stream: string): readonly Heard[] => heardByStream.get(stream) ?? [];
  return {
    client,
    heard,
    payloads: (stream) => heard(stream).flatMap((each) => ('payload' in each ? [each.payload] : [])),
    refreshes: (stream) => heard(stream).flatMap((each) => ('refresh' in each ? [each.refresh] : [])),
    breaks(stream) {
      let at = starts[stream]?.id;
      return heard(stream).flatMap((each) => {
        const before = at;
        at = each.id;
        const joins = 'refresh' in each || before === undefined || each.id === before + 1;
        return joins ? [] : [`${each.id} after ${before}`];
      });
    },
    command: (id) => client.command('add', null, id),
    close() {
      client.close();
      door.close();
    },
  };
}
