/** Three nodes on one Redis, as processes: what holds for one holds for all, and through the death of each part. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Cursor, Outcome } from '../server/conformance-world.fixture.ts';
import { type Client, cleanUp, hello, open, range } from '../server/socket.fixture.ts';
import { type Listener, listen, startNode, type TestNode } from './nodes.fixture.ts';
import { executable, startRedis, type TestRedis, until } from './redis.fixture.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const users = ['u1', 'u2'];

async function createWorld(timeoutMs = 5_000) {
  const redis: TestRedis = await startRedis();
  cleanups.push(() => redis.end());
  const nodes = await Promise.all([1, 2, 3].map(() => startNode(redis.port, timeoutMs)));
  cleanups.push(() => {
    for (const node of nodes) node.kill();
  });
  const nodeAt = (index: number): TestNode => nodes[index % nodes.length] as TestNode;
  const listeners: Listener[] = await Promise.all([0, 1, 2, 3, 4, 5].map((n) => listen(nodes, n % 3, user(n))));
  cleanups.push(() => {
    for (const listener of listeners) listener.close();
  });
  const outcomes = new Map<string, Outcome>();
  const pending: Promise<unknown>[] = [];
  const refused: unknown[] = [];
  let told = 0;
  return {
    ...{ redis, nodes, listeners, outcomes, refused, nodeAt },
    /** Appends at a node, whatever becomes of it; the payloads are numbered. */
    async emit(index: number): Promise<boolean> {
      told += 1;
      const payload = `n${told}`;
      try {
        await nodeAt(index).obey({ do: 'emit', user: user(index), payload });
        return true;
      } catch (code) {
        refused.push(code);
        return false;
      }
    },
    command(index: number): void {
      const id = `command-${outcomes.size + pending.length}-${index}`;
      const listener = listeners[index % listeners.length];
      pending.push((listener?.command(id) ?? Promise.reject()).then((outcome) => outcomes.set(id, outcome)));
    },
    /** All stand where the last of what is emitted now is; all commands have an outcome. */
    async settle(): Promise<void> {
      await Promise.all(pending);
      for (const each of users) {
        const live = (): TestNode => nodes.find((node) => node.alive()) as TestNode;
        const emitLast = () => live().obey({ do: 'emit', user: each, payload: `last of ${each}` }) as Promise<Cursor>;
        const { epoch, id } = await until(() => emitLast().catch(() => undefined));
        const theirs = listeners.filter((_, n) => user(n) === each);
        const isThere = ({ client }: Listener): boolean => {
          const at = client.cursors()[`user:${each}`];
          return at?.epoch === epoch && at.id === id;
        };
        await until(() => theirs.every(isThere));
      }
    },
    /** Nothing twice, nothing out of order, no hole without a word; each command at most once, one outcome each. */
    async check(): Promise<void> {
      for (const [n, listener] of listeners.entries()) {
        const stream = `user:${user(n)}`;
        expect(listener.breaks(stream)).toEqual([]);
        const payloads = listener.payloads(stream);
        expect(new Set(payloads).size).toBe(payloads.length);
      }
      const runs = await redis.client.hGetAll('runs');
      for (const [id, count] of Object.entries(runs)) expect(`${id} ${count}`).toBe(`${id} 1`);
      expect(outcomes.size).toBe(pending.length);
    },
  };
}

const user = (n: number): string => users[n % users.length] as string;

describe.skipIf(!executable)('three nodes on one Redis', { timeout: 300_000 }, () => {
  it('[P2] an event that any of them appends reaches the clients of all, once and in order', async () => {
    const { listeners, emit, command, settle, check, outcomes, nodeAt } = await createWorld();
    for (let n = 0; n < 120; n += 1) {
      await Promise.all([emit(n), emit(n + 1), emit(n + 2)]);
      if (n % 3 === 0) command(n);
    }
    await settle();
    await check();
    for (const [n, listener] of listeners.entries()) {
      expect(listener.heard(`user:${user(n)}`).map(({ id }) => id)).toEqual(range(1, 181));
      expect(listener.refreshes(`user:${user(n)}`)).toEqual([]);
    }
    expect([...outcomes.values()].every(({ outcome }) => outcome === 'result')).toBe(true);
    expect(await nodeAt(1).obey({ do: 'sessions' })).toBe(6);
    expect(await nodeAt(2).obey({ do: 'connected', user: 'u1' })).toBe(true);
    expect(await nodeAt(2).obey({ do: 'connected', user: 'nobody' })).toBe(false);
  });

  it('[P2] [P3] a node that is killed takes nothing with it: its clients go on at another', async () => {
    const { listeners, nodes, emit, command, settle, check, outcomes } = await createWorld();
    for (let n = 0; n < 120; n += 1) {
      await emit(n);
      command(n);
      if (n === 40) nodes[0]?.kill();
      if (n === 80) nodes[1]?.kill();
    }
    await settle();
    await check();
    for (const [n, listener] of listeners.entries()) expect(listener.refreshes(`user:${user(n)}`)).toEqual([]);
    const told = [...outcomes.values()].map(({ outcome }) => outcome);
    expect(told.filter((outcome) => outcome === 'result').length).toBeGreaterThan(60);
    expect(told).not.toContain('not_sent');
  });

  it('[P2] [P3] a Redis that comes back empty: all are told before the next event, no command runs twice', async () => {
    const { listeners, redis, emit, command, settle, check, refused } = await createWorld();
    for (let n = 0; n < 40; n += 1) {
      await emit(n);
      command(n);
    }
    await redis.kill();
    for (let n = 0; n < 6; n += 1) {
      command(n);
      expect(await emit(n)).toBe(false);
    }
    expect(refused.slice(1)).toEqual(range(2, 6).map(() => 'unavailable'));
    await redis.start();
    await until(() => emit(0));
    for (let n = 0; n < 40; n += 1) {
      await emit(n);
      command(n);
    }
    await settle();
    await check();
    for (const [n, listener] of listeners.entries()) {
      expect(listener.refreshes(`user:${user(n)}`)).toContain('epoch_changed');
    }
  });

  it('[P2] [P3] a Redis that hangs: what is refused is told, what was said is heard once, nobody is lost', async () => {
    const { listeners, redis, emit, command, settle, check, refused } = await createWorld(1_000);
    for (let n = 0; n < 30; n += 1) await emit(n);
    redis.pause();
    for (let n = 0; n < 6; n += 1) {
      command(n);
      expect(await emit(n)).toBe(false);
    }
    expect(new Set(refused)).toEqual(new Set(['unavailable']));
    redis.resume();
    await until(() => emit(0));
    for (let n = 0; n < 30; n += 1) {
      await emit(n);
      command(n);
    }
    await settle();
    await check();
    for (const [n, listener] of listeners.entries()) expect(listener.refreshes(`user:${user(n)}`)).toEqual([]);
  });

  it('[P6] a room that any of them puts a user into, or out of: so it is at all', async () => {
    const { nodes, nodeAt, redis } = await createWorld();
    const clients = nodes.flatMap(({ port }) =>
      users.map((token) => open(`http://127.0.0.1:${port}`, hello(token, { client: `${token} at ${port}` }))),
    );
    cleanups.push(cleanUp);
    await Promise.all(clients.map((client) => client.packet('authenticated')));
    const of = (name: string) => clients.filter((_, index) => user(index) === name);
    const opened = ({ all }: Client) => all('events').some(({ stream }) => stream === 'room:a');
    const heard = ({ events }: Client) => events('room:a').map(({ payload }) => payload);
    const shut = ({ all }: Client) => all('full_refresh').some(({ reason }) => reason === 'permissions_changed');
    await nodeAt(0).obey({ do: 'join', user: 'u1', room: 'a' });
    await until(() => of('u1').every(opened));
    await nodeAt(1).obey({ do: 'emit', room: 'a', payload: 'one' });
    await until(() => of('u1').every((client) => heard(client).includes('one')));
    // Those that Redis could not tell hear of it late.
    await redis.client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    await nodeAt(2).obey({ do: 'leave', user: 'u1', room: 'a' });
    await until(() => of('u1').every(shut));
    await nodeAt(1).obey({ do: 'emit', room: 'a', payload: 'two' });
    await nodeAt(1).obey({ do: 'join', user: 'u2', room: 'a' });
    await until(() => of('u2').every(opened));
    await nodeAt(1).obey({ do: 'emit', room: 'a', payload: 'three' });
    await until(() => of('u2').every((client) => heard(client).length > 0));
    expect(of('u1').map(heard)).toEqual([['one'], ['one'], ['one']]);
    expect(of('u2').map(heard)).toEqual([['three'], ['three'], ['three']]);
  });
});
