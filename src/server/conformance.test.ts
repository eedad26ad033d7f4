/**
 * Is PROTOCOL.md enough to write a client? Checks one against the companion over real sockets.
 * Another client than ours: `ONESOCKET_CONFORMANCE=its-file.ts`; its interface is the last section of PROTOCOL.md.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { type CommandStore, createMemoryCommandStore } from './command-store.ts';
import { type Cursor, endWorld, own, run, runConnected, serve } from './conformance-world.fixture.ts';
import { AuthError, CommandError } from './errors.ts';
import { memoryLog } from './index.ts';
import { hello, open, range } from './socket.fixture.ts';

/** The companion's own store would need a clock: this one has forgotten everything. */
const forgetful = {
  windowMs: 600_000,
  time: Date.now,
  begin: async () => ({ kind: 'expired' as const }),
  settle: async <T>(_user: string, _id: string, outcome: T) => outcome,
  withdraw: async () => {},
};
afterEach(endWorld);

describe('a client written after PROTOCOL.md', () => {
  it('[P2] starts at the head, and hears each event of its streams once, in order', async () => {
    const server = await serve();
    await server.send(1, 3);
    const client = await runConnected(server);
    await server.realtime.joinRoom('u1', 'a');
    await server.send(4, 99);
    await server.realtime.sendToRoom('a', 'tick');
    await server.realtime.broadcastToAll('tick');
    expect(await client.upTo(99)).toEqual(range(4, 99));
    expect(await client.upTo(1, 'room:a')).toEqual([1]);
    expect(await client.upTo(1, 'all')).toEqual([1]);
    expect(client.cursors()[own]?.id).toBe(99);
  });

  it('[P4] resumes from its cursors, by pages', async () => {
    const server = await serve({ pageSize: 7 });
    const { epoch } = await server.realtime.sendToUser('u1', 'order', { id: 1 });
    await server.send(2, 50);
    const client = run(server, { cursors: { [own]: { epoch, id: 20 } } });
    expect(await client.upTo(50)).toEqual(range(21, 50));
  });

  it('[P2] drops what comes twice, and a lone event counts like a frame', async () => {
    const server = await serve();
    const client = await runConnected(server);
    server.repeat('"events"', own);
    await server.send(1);
    await client.upTo(1);
    server.lose('"events"', own);
    await server.send(2);
    server.inject('event', { id: 2, type: 'order', payload: { id: 2 }, timestamp: 0 });
    await client.upTo(2);
    await server.send(3);
    await client.upTo(3);
    expect(server.received('request_sync')).toEqual([]);
  });

  it('[P2] takes of an overlapping frame what is new, and never goes back', async () => {
    const server = await serve();
    const client = await runConnected(server);
    await server.send(1, 3);
    await client.upTo(3);
    const frame = { stream: own, epoch: client.cursors()[own]?.epoch };
    const events = (from: number, to: number) => range(from, to).map((id) => ({ id, type: 'order', timestamp: 0 }));
    server.inject('events', { ...frame, prev: 0, id: 2, events: events(1, 2) });
    server.lose('"events"', own);
    await server.send(4);
    await server.tampered();
    server.inject('events', { ...frame, prev: 1, id: 4, events: events(2, 4) });
    await client.upTo(4);
    await server.send(5);
    expect(await client.upTo(5)).toEqual(range(1, 5));
    expect(server.received('request_sync')).toEqual([]);
  });

  it('[P2] fills a hole from the log, by pages, before it goes on', async () => {
    const server = await serve({ pageSize: 3 });
    const client = await runConnected(server);
    await server.send(1);
    await client.upTo(1);
    server.lose('"events"', '"id":2');
    await Promise.all(range(2, 12).map((n) => server.realtime.sendToUser('u1', 'order', { id: n })));
    await server.tampered();
    await server.send(13);
    expect(await client.upTo(13)).toEqual(range(1, 13));
    expect(server.received('request_sync').length).toBeGreaterThan(1);
  });

  it('[P2] announces what the log can not give before the next event', async () => {
    const server = await serve({ log: memoryLog({ maxEvents: 3 }) });
    const client = await runConnected(server);
    await server.send(1);
    await client.upTo(1);
    server.lose('"events"', '"id":2');
    await Promise.all(range(2, 12).map((n) => server.realtime.sendToUser('u1', 'order', { id: n })));
    await server.tampered();
    await server.send(13);
    const told = await client.upTo('expired@13');
    await server.send(14);
    expect(await client.upTo(14)).toEqual([...told, 14]);
    expect(told).toEqual([1, 'expired@13']);
  });

  it('[P2] the same at the beginning, and for places that never were', async () => {
    const server = await serve({ log: memoryLog({ maxEvents: 3 }) });
    const { epoch } = await server.realtime.sendToUser('u1', 'order', { id: 1 });
    await server.send(2, 9);
    for (const [cursor, reason] of [
      [{ epoch, id: 2 }, 'expired'],
      [{ epoch, id: 99 }, 'cursor_ahead'],
      [{ epoch: 'another', id: 9 }, 'epoch_changed'],
    ] as const) {
      const client = run(server, { cursors: { [own]: cursor } });
      expect(await client.upTo(`${reason}@9`)).toEqual([`${reason}@9`]);
      expect(client.cursors()[own]).toEqual({ epoch, id: 9 });
    }
  });

  it.each(['heard', 'lost'])('[P2] a new epoch is announced once, its announcement %s', async (announcement) => {
    const log = memoryLog();
    const server = await serve({ log });
    const client = await runConnected(server);
    await server.send(1, 5);
    await client.upTo(5);
    if (announcement === 'lost') server.lose('"full_refresh"', own);
    log.reset();
    await server.send(1);
    // Whoever lost the announcement hears of the new epoch by its first event, and asks.
    const reason = announcement === 'lost' ? 'epoch_changed@1' : 'epoch_changed@0';
    await client.upTo(reason);
    const { epoch } = await log.bounds(own);
    server.inject('full_refresh', { stream: own, epoch, id: 0, reason: 'epoch_changed' });
    await server.send(2);
    expect(await client.upTo(2, own)).toEqual([1, 2, 3, 4, 5, reason, ...(announcement === 'lost' ? [2] : [1, 2])]);
  });

  it('[P8] survives what is malformed or unknown', async () => {
    const server = await serve();
    const client = await runConnected(server);
    await server.send(1);
    await client.upTo(1);
    const { epoch } = client.cursors()[own] as Cursor;
    const frame = { stream: own, epoch, prev: 1, id: 2, events: [] };
    const event = { id: 2, type: 'order', payload: null, timestamp: 0 };
    for (const junk of [null, 7, 'x', [], {}, { ...frame, prev: -1 }, { ...frame, id: '2' }, { ...frame, prev: 3 }]) {
      for (const name of ['events', 'event', 'full_refresh', 'unknown']) server.inject(name, junk);
    }
    for (const events of [[null], [{ ...event, id: 1 }], [event, event], [{ ...event, id: 9 }], 'x', undefined]) {
      server.inject('events', { ...frame, events });
    }
    await server.send(2);
    expect(await client.upTo(2)).toEqual([1, 2]);
  });

  it('[P4] comes back after the connection broke: nothing missed, nothing twice, rooms it lost announced', async () => {
    const server = await serve();
    await server.realtime.joinRoom('u1', 'a');
    const client = await runConnected(server);
    await server.send(1, 5);
    await client.upTo(5);
    server.cut();
    await server.send(6, 9);
    await server.realtime.leaveRoom('u1', 'a');
    expect(await client.upTo(9)).toEqual(range(1, 9));
    expect(await client.upTo('permissions_changed@0', 'room:a')).toEqual(['permissions_changed@0']);
    expect(Object.keys(client.cursors())).not.toContain('room:a');
    const [first, second] = server.auths();
    expect([second?.client, second?.tab, second?.term]).toEqual([first?.client, first?.tab, first?.term]);
    expect(second?.attempt).toBeGreaterThan(first?.attempt);
  });
});

describe('its commands', () => {
  it('[P3] one id is one run and one outcome, however often it is sent', async () => {
    const server = await serve();
    let runs = 0;
    server.realtime.onCommand('add', (data) => {
      runs += 1;
      return { data, runs };
    });
    const client = await runConnected(server);
    const outcome = { outcome: 'result', result: { data: { n: 1 }, runs: 1 } };
    expect(await client.command('add', { n: 1 }, 'k1')).toEqual(outcome);
    expect(await client.command('add', { n: 1 }, 'k1')).toEqual(outcome);
    expect(runs).toBe(1);
  });

  it('[P3] an answer lost with the connection is asked for again with the same id and stamp', async () => {
    const server = await serve();
    const ran: string[] = [];
    server.realtime.onCommand('add', (_data, { id }) => {
      ran.push(id);
      server.cut();
      return 'done';
    });
    const client = await runConnected(server);
    expect(await client.command('add', null, 'k1')).toEqual({ outcome: 'result', result: 'done' });
    expect(ran).toEqual(['k1']);
    const stamps = server.received('command').filter(({ id }) => id === 'k1');
    expect(stamps).toHaveLength(2);
    expect(stamps[1]).toEqual(stamps[0]);
  });

  it('[P3] what the server can not take now is no refusal of what was sent before', async () => {
    const store = createMemoryCommandStore(systemClock);
    let [runs, failures] = [0, 0];
    const begin: CommandStore['begin'] = (...args) => {
      if (runs === 0 || failures === 2) return store.begin(...args);
      failures += 1;
      return Promise.reject(new Error('The store does not answer'));
    };
    const server = await serve({ commandStore: { ...store, begin } });
    server.realtime.onCommand('add', () => {
      runs += 1;
      server.cut();
      return 'done';
    });
    const client = await runConnected(server);
    expect(await client.command('add', null, 'k1')).toEqual({ outcome: 'result', result: 'done' });
    expect([runs, failures]).toEqual([1, 2]);
    const stamps = server.received('command').filter(({ id }) => id === 'k1');
    expect(stamps).toEqual([stamps[0], stamps[0], stamps[0], stamps[0]]);
  });

  it('[P3] a refusal is told from an outcome that nobody knows', async () => {
    const server = await serve();
    server.realtime.onCommand('refuse', () => {
      throw new CommandError('sold_out', 'Nothing left');
    });
    const client = await runConnected(server);
    expect(await client.command('refuse', null)).toMatchObject({ outcome: 'refused', code: 'sold_out' });
    expect(await client.command('nobody', null)).toMatchObject({ outcome: 'refused', code: 'unknown_command' });
    const other = run(await serve({ commandStore: forgetful }));
    expect(await other.command('any', null)).toMatchObject({ outcome: 'unknown', code: 'expired' });
  });
});

describe('its retries', () => {
  it('asks for another token once where one was refused, and gives up at the second refusal', async () => {
    const server = await serve({
      authenticate(token) {
        if (token !== 'good') throw new AuthError('token_expired', 'Too old');
        return { userId: 'u1' };
      },
    });
    const tokens = ['old', 'good'];
    await runConnected(server, { token: () => tokens.shift() ?? 'good' });
    expect(tokens).toEqual([]);
    expect(await run(server, { token: () => 'old' }).end()).toEqual(['token_expired']);
  });

  it('[P6] ends at once where only the app can help', async () => {
    const server = await serve();
    expect(await run(server, { user: 'u2' }).end()).toEqual(['wrong_user']);
    const single = await serve({ sessions: 'replace' });
    const client = await runConnected(single);
    const other = open(single.url, hello('u1', { client: 'another' }));
    await other.packet('authenticated');
    expect(await client.end()).toEqual(['session_replaced']);
  });

  it('goes on trying where the server is only unable for now', async () => {
    let calls = 0;
    const server = await serve({
      authenticate() {
        calls += 1;
        if (calls < 4) throw new AuthError('unavailable', 'Not now');
        return { userId: 'u1' };
      },
    });
    await runConnected(server);
    expect(calls).toBe(4);
  });

  it('[P1] outbids an older connection of its own name with a higher term', async () => {
    const server = await serve();
    const client = await runConnected(server);
    const [auth] = server.auths();
    const rival = open(server.url, { ...auth, tab: 'rival', term: auth?.term + 1_000 });
    await rival.packet('authenticated');
    await rival.packet('(disconnect)');
    await server.send(1);
    expect(await client.upTo(1)).toEqual([1]);
    expect(server.auths().at(-1)?.term).toBeGreaterThan(auth?.term + 1_000);
  });

  it('a token that ends on an open connection is replaced by the next one', async () => {
    const server = await serve({
      authenticate: (token, { now }) => ({ userId: 'u1', ...(token === 'short' && { expiresAt: now + 50 }) }),
    });
    const tokens = ['short'];
    const client = run(server, { token: () => tokens.shift() ?? 'long' });
    await server.until(() => server.auths().some(({ token }) => token === 'long'));
    await server.send(1);
    expect(await client.upTo(1)).toEqual([1]);
  });
});
