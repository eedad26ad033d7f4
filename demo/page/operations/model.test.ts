import { describe, expect, test } from 'vitest';
import type { OperationsSnapshot, StoredEvent } from '../../shared/operations.ts';
import { apply, type OperationsEvent } from './model.ts';

const stats = { total: 0, pending: 0, retrying: 0, failed: 0, resolved: 0, byTopic: {}, byService: {} };
const empty: OperationsSnapshot = {
  services: { orders: 'running', billing: 'running', mailer: 'running' },
  ...{ infrastructure: {}, metrics: [], events: [], dlq: [], stats },
};
const event: StoredEvent = {
  ...{ eventId: 'E-1', eventType: 'order.placed', service: 'orders' },
  ...{ timestamp: '2026-11-23T10:00:00.000Z', data: {} },
};
const pictureOf = (...events: readonly OperationsEvent[]) => events.reduce(apply, empty);

describe('the picture of Operations', () => {
  test('follows an event into the dead-letter queue and out of it', () => {
    const failed = pictureOf(
      { type: 'event:created', payload: event },
      { type: 'event:failed', payload: { ...event, error: 'no' } },
      {
        type: 'dlq:event:added',
        payload: { dlqId: 'D-1', originalEvent: event, error: 'no', maxAttempts: 3, status: 'pending' },
      },
      { type: 'dlq:event:retrying', payload: { dlqId: 'D-1', attemptCount: 1, status: 'retrying' } },
    );
    expect(failed.events).toMatchObject([{ eventId: 'E-1', status: 'failed' }]);
    expect(failed.dlq).toMatchObject([{ dlqId: 'D-1', status: 'retrying', attemptCount: 1, maxAttempts: 3 }]);
    const resolved = apply(failed, { type: 'dlq:event:resolved', payload: { dlqId: 'D-1', status: 'resolved' } });
    expect(resolved.dlq[0]?.status).toBe('resolved');
    expect(resolved.events[0]?.status).toBe('done');
  });

  test('is the same when it is told twice', () => {
    const once: readonly OperationsEvent[] = [
      { type: 'event:created', payload: event },
      { type: 'event:replayed', payload: { ...event, eventId: 'E-2', replayOf: 'E-1' } },
      {
        type: 'dashboard:metrics:updated',
        payload: {
          metrics: { avgLatency: 1, throughput: 2, totalEvents: 3, failedEvents: 0 },
          timestamp: '2026-11-23T10:00:05.000Z',
        },
      },
      { type: 'service:status:changed', payload: { service: 'orders', status: 'down', timestamp: '' } },
      { type: 'infrastructure:status:changed', payload: { component: 'database', status: 'down', timestamp: '' } },
      { type: 'dlq:stats:updated', payload: { ...stats, total: 1, pending: 1 } },
    ];
    const told = pictureOf(...once);
    expect(once.reduce(apply, told)).toEqual(told);
    expect(told).toMatchObject({
      services: { orders: 'down', mailer: 'running' },
      infrastructure: { database: 'down' },
      events: [{ eventId: 'E-2', replayOf: 'E-1' }, { eventId: 'E-1' }],
      metrics: [{ throughput: 2 }],
      stats: { pending: 1 },
    });
  });
});
