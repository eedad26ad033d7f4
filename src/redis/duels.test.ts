/** Two nodes get two connections at the same instant: the registry decides, and both nodes obey. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, type Loose, open, type Started, start } from '../server/socket.fixture.ts';
import { redisStores } from './index.ts';
import { type Client, executable, freshPrefix, startRedis, type TestRedis } from './redis.fixture.ts';

describe.skipIf(!executable)('two nodes, two connections within a millisecond', { timeout: 300_000 }, () => {
  let redis: TestRedis;
  const closing: (() => void)[] = [];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await cleanUp();
    for (const close of closing.splice(0)) close();
  });
  afterAll(() => redis.end());

  async function startTwo(sessions: 'multi' | 'replace'): Promise<readonly [Started, Started]> {
    const prefix = freshPrefix();
    const startOne = (client: Client): Promise<Started> => {
      const stores = redisStores(client, { prefix });
      closing.push(() => stores.close());
      return start({ authenticate: (token) => ({ userId: String(token) }), sessions, ...stores });
    };
    return [await startOne(redis.client), await startOne(redis.client)];
  }

  type Auth = readonly [client: string, tab: string, term: number, attempt: number];

  /** Both at once; the session that is left, once it is clear which. */
  async function duel(nodes: readonly [Started, Started], user: string, auths: readonly [Auth, Auth]): Promise<void> {
    const clients = auths.map(([client, tab, term, attempt], index) => {
      const url = nodes[index]?.url ?? '';
      return open(url, { token: user, onesocket: 1, client, tab, term, attempt });
    });
    const ends = clients.map((one) =>
      one.until(() => one.packets.find(([name]) => name === '(refused)' || name === '(disconnect)')),
    );
    await Promise.race(ends);
    // In or out: nobody is on the way any more.
    await Promise.all(clients.map((one, index) => Promise.race([ends[index], one.packet('authenticated')])));
    const survivors = clients.filter(({ socket }) => socket.connected);
    expect(survivors).toHaveLength(1);
    for (const survivor of survivors) {
      expect(await survivor.socket.timeout(10_000).emitWithAck('ping', {})).toHaveProperty('time');
      const { sessionId }: Loose = await survivor.packet('authenticated');
      for (const { realtime } of nodes) {
        expect((await realtime.sessions({ userId: user })).map((session) => session.sessionId)).toEqual([sessionId]);
      }
      survivor.socket.close();
    }
  }

  it('[P1] of one client: exactly one survives, 200 times', async () => {
    const nodes = await startTwo('multi');
    const pairs: readonly (readonly [Auth, Auth])[] = [
      [
        ['c', 't1', 1, 1],
        ['c', 't2', 2, 1],
      ],
      [
        ['c', 't2', 2, 1],
        ['c', 't1', 1, 1],
      ],
      [
        ['c', 't1', 1, 1],
        ['c', 't2', 1, 1],
      ],
      [
        ['c', 't1', 1, 2],
        ['c', 't1', 1, 1],
      ],
    ];
    for (let n = 0; n < 200; n += pairs.length) {
      for (const [index, pair] of pairs.entries()) await duel(nodes, `u${n + index}`, pair);
    }
  });

  it('[P1] of two browsers of a user who may have one: exactly one survives, 100 times', async () => {
    const nodes = await startTwo('replace');
    for (let n = 0; n < 100; n += 1)
      await duel(nodes, `u${n}`, [
        ['c', 't', 1, 1],
        ['d', 't', 1, 1],
      ]);
  });
});
