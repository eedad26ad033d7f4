/** A redis-server for one run, which keeps nothing. */
import { spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { createClient } from 'redis';
import { findRedis } from '../../scripts/lib/find-redis.mjs';

export interface RedisProcess {
  readonly port: number;
  usage(): Promise<RedisUsage>;
  close(): Promise<void>;
}
export interface RedisUsage {
  readonly cpuUs: number;
  readonly memoryKb: number;
  /** By name, those inside of scripts too. */
  readonly calls: Readonly<Record<string, number>>;
}

export async function startRedis(): Promise<RedisProcess> {
  const { executablePath } = await findRedis();
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(executablePath, args, { stdio: 'ignore' });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: 50 } });
  client.on('error', () => {});
  await client.connect();

  return {
    port,
    async usage() {
      const told = `${await client.info('cpu')}\n${await client.info('memory')}\n${await client.info('commandstats')}`;
      const seconds = [...told.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].map(([, value]) => Number(value));
      const calls = [...told.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
      return {
        cpuUs: seconds.reduce((sum, each) => sum + each, 0) * 1e6,
        memoryKb: Number(/^used_memory:(\d+)/m.exec(told)?.[1]) / 1_024,
        calls: Object.fromEntries(calls.map(([, name = '', count]) => [name, Number(count)])),
      };
    },
    async close() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      client.destroy();
      kill();
      await gone;
      process.off('exit', kill);
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
