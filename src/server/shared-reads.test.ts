import { describe, expect, it } from 'vitest';
import type { EventLog } from './log.ts';
import { createMemoryLog } from './log-memory.ts';
import { createWorld } from './realtime.fixture.ts';
import { range } from './socket.fixture.ts';
import { createManualClock } from './world.fixture.ts';

describe('a storm of connections that come back', () => {
  it('[P2] reads each page of the log once for all, and everybody gets all of it', async () => {
    const reads: number[] = [];
    const waiting: (() => void)[] = [];
    const memory = createMemoryLog(createManualClock());
    const log: EventLog = {
      ...memory,
      async read(stream, after, limit) {
        if (stream === 'room:a' && limit > 0) {
          reads.push(after);
          await new Promise<void>((resolve) => waiting.push(resolve));
        }
        return memory.read(stream, after, limit);
      },
    };
    const { realtime, enter, clock } = createWorld({ log, pageSize: 10 });
    for (const n of range(1, 25)) await realtime.sendToRoom('a', 'tick', n);
    const { epoch } = await log.bounds('room:a');
    const users = range(1, 50).map((n) => `u${n}`);
    for (const user of users) await realtime.joinRoom(user, 'a');
    const cursors = { 'room:a': { epoch, id: 0 } };
    const peers = await Promise.all(users.map((user) => enter(user, { client: user, tab: user, cursors })));
    for (const _ of range(1, 5)) {
      await clock.settle();
      for (const goOn of waiting.splice(0)) goOn();
    }
    for (const { peer } of peers) expect(peer.story('room:a')).toEqual(range(1, 25));
    expect(reads).toEqual([0, 10, 20]);
  });

  it('[P2] looks once at a stream where all of them stood at the same place', async () => {
    const looks: string[] = [];
    const waiting: (() => void)[] = [];
    const memory = createMemoryLog(createManualClock());
    const held = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
    const log: EventLog = {
      ...memory,
      async bounds(stream) {
        looks.push(stream);
        await held();
        return memory.bounds(stream);
      },
      async read(stream, after, limit) {
        looks.push(stream);
        await held();
        return memory.read(stream, after, limit);
      },
    };
    const { realtime, enter, clock } = createWorld({ log });
    await realtime.broadcastToAll('tick', 1);
    const cursors = { all: { epoch: (await memory.bounds('all')).epoch, id: 0 } };
    const users = range(1, 50).map((n) => `u${n}`);
    const entering = users.map((user) => enter(user, { client: user, tab: user, cursors }));
    for (const _ of range(1, 10)) {
      await clock.settle();
      for (const goOn of waiting.splice(0)) goOn();
    }
    for (const { peer } of await Promise.all(entering)) expect(peer.story('all')).toEqual([1]);
    // At the door, for the place of this node, and for the page.
    expect(looks.filter((stream) => stream === 'all')).toHaveLength(3);
  });

  it('[P2] reads no more for those who come later, while events go on; with the epoch ends what was kept', async () => {
    const reads: number[] = [];
    const memory = createMemoryLog(createManualClock());
    const log: EventLog = {
      ...memory,
      read(stream, after, limit) {
        if (stream === 'room:a') reads.push(after);
        return memory.read(stream, after, limit);
      },
    };
    const { realtime, enter, clock } = createWorld({ log });
    for (const n of range(1, 25)) await realtime.sendToRoom('a', 'tick', n);
    const { epoch } = await log.bounds('room:a');
    const come = async (n: number) => {
      const user = `u${n}`;
      await realtime.joinRoom(user, 'a');
      return enter(user, { client: user, tab: user, cursors: { 'room:a': { epoch, id: n } } });
    };
    await come(1);
    const before = reads.length;
    for (const n of range(2, 20)) {
      await realtime.sendToRoom('a', 'tick', 24 + n);
      const { peer } = await come(n);
      expect(peer.story('room:a')).toEqual(range(n + 1, 24 + n));
    }
    // What was appended since, for each; the pages and the looks at the door were there.
    expect(reads.slice(before)).toEqual(range(25, 43));
    memory.reset();
    const { peer } = await come(21);
    await clock.settle();
    expect(peer.all('full_refresh')).toMatchObject([{ stream: 'room:a', reason: 'epoch_changed' }]);
  });

  it('[P2] a read that fails fails for those who shared it, and is tried again', async () => {
    let failures = 1;
    const memory = createMemoryLog(createManualClock());
    const log: EventLog = {
      ...memory,
      async read(stream, after, limit) {
        if (stream === 'user:u' && limit > 0 && failures > 0) {
          failures -= 1;
          throw new Error('away');
        }
        return memory.read(stream, after, limit);
      },
    };
    const { realtime, enter, clock } = createWorld({ log });
    await realtime.sendToUser('u', 'tick', 1);
    const { epoch } = await log.bounds('user:u');
    const { peer } = await enter('u', { cursors: { 'user:u': { epoch, id: 0 } } });
    await clock.advance(1_000);
    expect(peer.story('user:u')).toEqual([1]);
  });
});
