import { afterEach, expect, test } from 'vitest';
import type { Service, ServiceStatus } from '../../shared/operations.ts';
import { startThreads, type Threads } from './threads.ts';

let threads: Threads | null = null;
afterEach(() => threads?.close());

async function start(failures = 0) {
  const changes: [Service, ServiceStatus][] = [];
  const started = await startThreads({
    ...{ seed: 1, failureRates: { orders: failures, billing: 0, mailer: 0 }, restartAfterMs: 20 },
    onStatus: (service, status) => changes.push([service, status]),
  });
  threads = started;
  await expect.poll(started.statuses).toEqual({ orders: 'running', billing: 'running', mailer: 'running' });
  return { threads: started, changes };
}

test('a thread handles events, and fails on those it can’t', async () => {
  const { threads } = await start();
  await threads.run('orders', {});
  await expect(threads.run('mailer', { poison: true })).rejects.toThrow('can’t be read');
});

test('a service fails by chance, as often as it is told to', async () => {
  const { threads } = await start(1);
  await expect(threads.run('orders', {})).rejects.toThrow('warehouse');
  await threads.run('billing', {});
});

test('a killed thread loses what it was at, and is started again', async () => {
  const { threads, changes } = await start();
  const lost = threads.run('orders', {}).then(
    () => 'done',
    ({ message }: Error) => message,
  );
  await threads.kill('orders');
  expect(await lost).toBe('The service orders ended');
  expect(changes.at(-1)).toEqual(['orders', 'down']);
  await expect.poll(() => threads.statuses().orders).toBe('running');
  await threads.run('orders', {});
});
