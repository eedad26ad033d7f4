import { expect, onTestFinished, test } from 'vitest';
import { createStage } from '../stage.fixture.ts';
import { createLogStream } from './log-stream.ts';
import { createMetrics } from './metrics.ts';

test('lines are kept, counted and streamed; errors and warnings under their own names too', async () => {
  const stage = createStage();
  onTestFinished(stage.close);
  const logs = createLogStream(stage);
  logs.start();
  const orders = stage.logbook.of('orders', 'E-1');
  orders.info('fine');
  orders.warn('slow');
  stage.logbook.of('billing').error('broke', new Error('no money'));
  await expect
    .poll(() => stage.told.map(({ type }) => type).sort())
    .toEqual([...['log:entry', 'log:entry', 'log:entry'], ...['log:error', 'log:warning']]);
  expect(logs.recent({ limit: 2 }).map(({ message }) => message)).toEqual(['broke: no money', 'slow']);
  expect(logs.recent({ level: 'info', limit: 9 })).toMatchObject([{ service: 'orders', context: 'E-1', stack: null }]);
  expect(logs.stats()).toMatchObject({
    total: 3,
    byLevel: { debug: 0, info: 1, warn: 1, error: 1 },
    byService: { orders: 2, billing: 1 },
    recentErrors: [{ message: 'broke: no money', stack: expect.stringContaining('no money') }],
  });
  logs.stop();
});

test('a storm of lines is kept, not streamed whole', async () => {
  const stage = createStage();
  onTestFinished(stage.close);
  const logs = createLogStream(stage);
  logs.start();
  for (let i = 0; i < 500; i += 1) stage.logbook.of('storm').info(`line ${i}`);
  // Two seconds may share the storm.
  await expect.poll(() => stage.told.length).toBeGreaterThanOrEqual(100);
  expect(stage.told.length).toBeLessThanOrEqual(200);
  expect(logs.recent({ limit: 100 })).toHaveLength(100);
});

test('an interval has its own average and throughput', () => {
  let now = 0;
  const metrics = createMetrics(() => now);
  metrics.handled(10);
  metrics.handled(30);
  now = 4_000;
  expect(metrics.take({ total: 2, failed: 1 })).toMatchObject({ avgLatency: 20, throughput: 0.5, failedEvents: 1 });
  now = 5_000;
  expect(metrics.take({ total: 2, failed: 1 })).toMatchObject({ avgLatency: 0, throughput: 0, totalEvents: 2 });
});
