/** For tests: a redis-server of their own on a free port, and the means to hurt it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from 'redis';
import { findRedis } from '../../scripts/lib/find-redis.mjs';

/** `null`: there is none, which only a machine that is not CI may say. */
export const executable: string | null = await findRedis().then(
  (found: { executablePath: string }) => found.executablePath,
  (error: Error) => {
    if (process.env.CI === 'true') throw error;
    console.log(`skipped: the tests of Redis: ${error.message}`);
    return null;
  },
);

export type Client = ReturnType<typeof connectTo>;

function connectTo(port: number) {
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: 50 } });
  client.on('error', () => {});
  return client;
}

export interface TestRedis {
  readonly port: number;
  /** Connected; for the test's own looks too. */
  readonly client: Client;
  /** As a crash does: nothing is saved. */
  kill(): Promise<void>;
  /** With the data of the last `SAVE`, if there was one. */
  start(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Ends it for good. */
  end(): Promise<void>;
}

export async function startRedis(...more: readonly string[]): Promise<TestRedis> {
  if (!executable) throw new Error('There is no redis-server');
  const folder = mkdtempSync(path.join(tmpdir(), 'onesocket-redis-'));
  const port = await freePort();
  const base = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  base.push('--repl-diskless-sync-delay', '0');
  const client = connectTo(port);
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    child = spawn(executable as string, [...base, ...more], { stdio: 'ignore' });
    if (!client.isOpen) await client.connect();
    // The one before may still be closing its end.
    await until(() =>
      client.ping().then(
        () => true,
        () => false,
      ),
    );
  }

  async function kill(): Promise<void> {
    const mine = child;
    child = null;
    if (!mine || mine.exitCode !== null) return;
    const gone = new Promise((resolve) => mine.once('exit', resolve));
    mine.kill('SIGKILL');
    await gone;
  }

  await start();
  return {
    port,
    client,
    kill,
    start,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async end() {
      client.destroy();
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Waits for a state, not for a time. */
export async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`Not within 30 s: ${look}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let worlds = 0;
/** So that tests on one server don't meet. */
export function freshPrefix(): string {
  worlds += 1;
  return `test${worlds}:`;
}

/** Makes all that was written under a prefix older: entries and what is left of their keys' time. */
export async function age(client: Client, prefix: string, ms: number): Promise<void> {
  await client.eval(aging, { keys: [], arguments: [prefix, String(ms)] });
}

const aging = `
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  local left = redis.call('PTTL', key)
  if redis.call('TYPE', key).ok == 'stream' then
    local entries = redis.call('XRANGE', key, '-', '+')
    if #entries > 0 then
      redis.call('DEL', key)
      for _, entry in ipairs(entries) do
        redis.call('XADD', key, entry[1], 't', string.format('%.0f', entry[2][2] - ARGV[2]), 'e', entry[2][4])
      end
    end
  end
  if left >= 0 then redis.call('PEXPIRE', key, math.max(left - ARGV[2], 0)) end
end
`;
