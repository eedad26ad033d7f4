/** A client in another language against the companion: Debian's python3-socketio, by PROTOCOL.md alone. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { findPython } from '../../scripts/lib/find-python.mjs';
import { endWorld, own, serve } from './conformance-world.fixture.ts';
import { memoryLog } from './index.ts';
import { later, range } from './socket.fixture.ts';

const python: string | null = await findPython().then(
  (found: { executablePath: string }) => found.executablePath,
  (error: Error) => {
    if (process.env.CI === 'true') throw error;
    console.log(`skipped: the client in Python: ${error.message}`);
    return null;
  },
);

type Line = Readonly<Record<string, unknown>> & { readonly what: string };

function run(executable: string) {
  const child = spawn(executable, ['-u', path.join(import.meta.dirname, 'interop.fixture.py')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let complaint = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line));
    for (const look of waiting) look();
  });
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  later(async () => {
    child.kill('SIGKILL');
    await ended;
    expect(complaint).toBe('');
  });
  return {
    tell: (order: Readonly<Record<string, unknown>>) => void child.stdin.write(`${JSON.stringify(order)}\n`),
    all: (what: string) => lines.filter((line) => line.what === what),
    ids: (stream: string) =>
      lines.flatMap((line) => (line.what === 'event' && line.stream === stream ? [line.id] : [])),
    until: (isSo: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (isSo() && waiting.delete(look)) resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

afterEach(endWorld);

describe.skipIf(!python)('[P2] a client in Python', { timeout: 60_000 }, () => {
  async function enter(options: Parameters<typeof serve>[0] = {}) {
    const served = await serve(options);
    const client = run(python as string);
    const connect = async (token = 'u1') => {
      const before = client.all('authenticated').length;
      client.tell({ do: 'connect', url: served.url, token });
      await client.until(() => client.all('authenticated').length > before);
    };
    await connect();
    return { ...served, client, connect };
  }

  it('is authenticated, and gets each event once and in order', async () => {
    const { client, send } = await enter();
    expect(client.all('authenticated')).toMatchObject([{ userId: 'u1' }]);
    await send(1, 100);
    await client.until(() => client.ids(own).length >= 100);
    expect(client.ids(own)).toEqual(range(1, 100));
  });

  it('acknowledges the frame that measures', async () => {
    const { client, send, realtime } = await enter();
    const measured = new Promise((resolve) => realtime.onLatency(resolve, 0));
    await send(1);
    expect(await measured).toBeGreaterThanOrEqual(0);
    await client.until(() => client.ids(own).length === 1);
  });

  it('finds a hole, asks, and goes on', async () => {
    const { client, send, lose, tampered } = await enter({ pageSize: 2 });
    await send(1, 3);
    await client.until(() => client.ids(own).length === 3);
    lose('"id":4');
    await send(4, 8);
    await tampered();
    await send(9);
    await client.until(() => client.ids(own).length >= 9);
    expect(client.ids(own)).toEqual(range(1, 9));
    expect(client.all('asks').length).toBeGreaterThan(0);
    expect(client.all('refresh')).toEqual([]);
  });

  it('is told what the log can not give any more, before the next event', async () => {
    const { client, send, lose, tampered } = await enter({ log: memoryLog({ maxEvents: 3 }) });
    await send(1);
    await client.until(() => client.ids(own).length === 1);
    lose('"id":2');
    await send(2, 20);
    await tampered();
    await send(21);
    await client.until(() => client.all('refresh').length === 1);
    await send(22);
    await client.until(() => client.ids(own).includes(22));
    expect(client.all('refresh')).toMatchObject([{ stream: own, reason: 'expired' }]);
    expect(client.ids(own)).toEqual([1, 22]);
  });

  it('[P4] comes back with its cursors, and gets what it missed', async () => {
    const { client, connect, send } = await enter();
    await send(1, 3);
    await client.until(() => client.ids(own).length === 3);
    client.tell({ do: 'disconnect' });
    await client.until(() => client.all('disconnected').length === 1);
    await send(4, 10);
    await connect();
    await client.until(() => client.ids(own).length >= 10);
    expect(client.ids(own)).toEqual(range(1, 10));
    expect(client.all('refresh')).toEqual([]);
  });

  it('[P3] sends a command twice with one id: one run, one outcome', async () => {
    const { client, realtime } = await enter();
    let runs = 0;
    realtime.onCommand('add', (data) => {
      runs += 1;
      return { data, runs };
    });
    for (const _ of [1, 2]) client.tell({ do: 'command', id: 'k', name: 'add', args: [{ n: 1 }] });
    await client.until(() => client.all('outcome').length === 2);
    const [first, second] = client.all('outcome');
    expect(first).toMatchObject({ answer: { ok: true, result: { data: { n: 1 }, runs: 1 } } });
    expect(second).toEqual(first);
    expect(runs).toBe(1);
  });

  it('is refused with a code', async () => {
    const { client, url } = await enter({
      authenticate: (token) => {
        if (token !== 'u1') throw new Error('no');
        return { userId: 'u1' };
      },
    });
    client.tell({ do: 'connect', url, token: 'wrong' });
    await client.until(() => client.all('refused').length === 1);
    expect(client.all('refused')).toMatchObject([{ code: 'unauthorized' }]);
  });
});
