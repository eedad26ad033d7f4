/**
 * `npm run start:cluster`: three nodes of the demo on one Redis behind one address, http://localhost:3000 (`PORT`).
 * `REDIS_URL` names a Redis; without it one is started for as long as this runs. A node that ends is started again.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { stop } from 'esbuild';
import { createBalancer } from './lib/balancer.mjs';
import { bundleForNode, root } from './lib/bundle.mjs';
import { findRedis } from './lib/find-redis.mjs';
import { freePort } from './lib/free-port.mjs';

const port = Number(process.env.PORT || 3000);
const host = process.env.HOST || 'localhost';
const nodeCount = 3;
/** Long enough to see that the others go on without it. */
const restartMs = 5_000;

const folder = await mkdtemp(path.join(os.tmpdir(), 'onesocket-demo-'));
const children = new Set();
const portByNode = new Map();
let redis = null;
let stopping = false;

function run(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.once('error', (error) => {
    console.error(`${command} did not start: ${error.message}`);
    process.exitCode = 1;
    void end();
  });
  return child;
}

async function startRedis() {
  const { executablePath } = await findRedis();
  const redisPort = await freePort();
  const args = [
    '--port',
    String(redisPort),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  redis = run(executablePath, args);
  for await (const line of createInterface({ input: redis.stdout })) {
    if (/ready to accept connections/i.test(line)) break;
  }
  redis.stdout.resume();
  return `redis://127.0.0.1:${redisPort}`;
}

function startNode(name, program, shared) {
  const child = run(process.execPath, ['--enable-source-maps', program], { ...shared, NODE_NAME: name, PORT: '0' });
  let wasUp = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, nodePort] = /^OneSocket demo: http:\/\/\S+:(\d+)/.exec(line) ?? [];
    if (nodePort) {
      wasUp = true;
      portByNode.set(name, Number(nodePort));
    }
    console.log(`${name} | ${nodePort ? `is up, process ${child.pid}` : line}`);
  });
  child.once('exit', () => {
    portByNode.delete(name);
    if (stopping) return;
    if (!wasUp) {
      process.exitCode = 1;
      return void end();
    }
    console.log(`${name} | ended; it is started again in ${restartMs / 1_000} s`);
    setTimeout(() => !stopping && startNode(name, program, shared), restartMs);
  });
}

async function endAll(some) {
  const gone = some.map((child) => new Promise((done) => child.once('exit', done)));
  for (const child of some) child.kill();
  await Promise.all(gone);
}

async function end() {
  if (stopping) return;
  stopping = true;
  balancer.close();
  // The nodes first: they have something to tell Redis.
  await endAll([...children].filter((child) => child !== redis));
  await endAll([...children]);
  await rm(folder, { recursive: true, force: true });
  process.exit();
}

const balancer = createBalancer(() => [...portByNode.values()]);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end());
balancer.once('error', (error) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${port} is taken; choose another by PORT.` : error.message);
  process.exitCode = 1;
  void end();
});
const program = await bundleForNode('demo/server/main.ts');
await stop(); // esbuild's own process would live as long as the program
const shared = {
  HOST: '127.0.0.1',
  REDIS_URL: process.env.REDIS_URL || (await startRedis()),
  DATABASE: path.join(folder, 'demo.db'),
  JWT_SECRET: process.env.JWT_SECRET || randomBytes(32).toString('base64'),
  CLUSTER: '1',
};
for (let i = 1; i <= nodeCount; i += 1) startNode(`node-${i}`, program, shared);
balancer.listen(port, host, () =>
  console.log(`OneSocket demo, ${nodeCount} nodes: http://localhost:${balancer.address().port}`),
);
