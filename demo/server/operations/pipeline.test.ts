import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStage, type Stage } from '../stage.fixture.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { createOperationsRepository, type OperationsRepository } from './repository.ts';

let stage: Stage;
let repository: OperationsRepository;
let pipeline: Pipeline;
/** Errors that the next handlings end with; then they work. */
let errors: string[] = [];
let handled = 0;

beforeEach(() => {
  errors = [];
  handled = 0;
  stage = createStage();
  repository = createOperationsRepository(stage.db);
  pipeline = createPipeline({
    ...{ ...stage, repository, retryAfterMs: 0 },
    run: async () => {
      const error = errors.shift();
      if (error) throw new Error(error);
    },
    onHandled: () => {
      handled += 1;
    },
  });
});
afterEach(() => stage.close());

const told = (channel: string) =>
  stage.told.filter(({ stream }) => stream === `channel:${channel}`).map(({ type, payload }) => ({ type, payload }));
const typesOf = (channel: string) => told(channel).map(({ type }) => type);

describe('an event', () => {
  test('is stored, told, handled once', async () => {
    const { eventId } = await pipeline.create('order.placed', { order: 'O-1' });
    await Promise.all([pipeline.work(), pipeline.work()]);
    expect(handled).toBe(1);
    expect(repository.event(eventId)).toMatchObject({ status: 'done', service: 'orders' });
    expect(told('events')).toMatchObject([{ type: 'event:created', payload: { eventId, eventType: 'order.placed' } }]);
    expect(repository.counts()).toEqual({ total: 1, failed: 0 });
  });

  test('that fails goes into the queue, and works at a later attempt', async () => {
    errors = ['first', 'second'];
    const { eventId } = await pipeline.create('order.placed', {});
    await pipeline.work();
    expect(typesOf('events')).toEqual(['event:created', 'event:failed']);
    expect(repository.stats()).toMatchObject({
      total: 1,
      pending: 1,
      byTopic: { 'order.placed': 1 },
      byService: { orders: 1 },
    });
    await pipeline.work();
    expect(told('dlq').at(-1)).toMatchObject({
      type: 'dlq:event:failed',
      payload: { attemptCount: 1, maxAttempts: 3 },
    });
    await expect
      .poll(async () => {
        await pipeline.work();
        return repository.event(eventId)?.status;
      })
      .toBe('done');
    expect(typesOf('dlq')).toEqual([
      ...['dlq:event:added', 'dlq:event:retrying', 'dlq:event:failed'],
      ...['dlq:event:retrying', 'dlq:event:resolved'],
    ]);
    expect(repository.stats()).toMatchObject({ resolved: 1, pending: 0 });
  });

  test('is given up after its attempts, until somebody asks for one more', async () => {
    errors = ['1', '2', '3', '4'];
    await pipeline.create('order.placed', {});
    await expect
      .poll(async () => {
        await pipeline.work();
        return repository.stats().failed;
      })
      .toBe(1);
    expect(handled).toBe(4);
    await pipeline.work();
    expect(handled).toBe(4);
    const [letter] = repository.letters(1);
    const dlqId = letter?.dlqId ?? '';
    expect(letter).toMatchObject({ attemptCount: 3, maxAttempts: 3, error: '1' });
    expect(pipeline.retry(dlqId)).toBe(true);
    await pipeline.work();
    expect(told('dlq').at(-1)).toEqual({ type: 'dlq:event:resolved', payload: { dlqId, status: 'resolved' } });
    expect(pipeline.retry(dlqId)).toBe(false);
  });

  test('is replayed as a copy', async () => {
    const { eventId } = await pipeline.create('mail.requested', { template: 'receipt' });
    const copy = await pipeline.replay(eventId);
    expect(told('events').at(-1)).toMatchObject({
      type: 'event:replayed',
      payload: { eventId: copy?.eventId, replayOf: eventId, data: { template: 'receipt' } },
    });
    await pipeline.work();
    expect(handled).toBe(2);
    expect(await pipeline.replay('nope')).toBeNull();
  });

  test('that was being retried when the server ended is retried again', async () => {
    errors = ['down'];
    await pipeline.create('order.placed', {});
    await pipeline.work();
    const [letter] = repository.letters(1);
    repository.refile(letter?.dlqId ?? '', { status: 'retrying' });
    pipeline.recover();
    await pipeline.work();
    expect(repository.stats().resolved).toBe(1);
  });
});
