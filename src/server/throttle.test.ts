import { describe, expect, it } from 'vitest';
import type { Logger } from './ports.ts';
import { createWorld } from './realtime.fixture.ts';

function open() {
  const errors: string[] = [];
  const logger: Logger = { warn: () => {}, error: (message) => errors.push(message) };
  const world = createWorld({ logger });
  /** Payloads in the log of `all`. */
  const sent = async () => (await world.log.read('all', 0, 100)).events.map(({ payload }) => payload);
  return { ...world, errors, sent };
}

describe('a throttled broadcast', () => {
  it('sends the first value at once, then at most one per interval: the last', async () => {
    const { realtime, clock, sent } = open();
    const board = realtime.throttled('all', 'board', { everyMs: 1_000 });
    for (const n of [1, 2, 3]) board.send(n);
    await clock.settle();
    expect(await sent()).toEqual([1]);
    await clock.advance(999);
    expect(await sent()).toEqual([1]);
    await clock.advance(1);
    expect(await sent()).toEqual([1, 3]);
    await clock.advance(5_000);
    expect(await sent()).toEqual([1, 3]);
    board.send(4);
    await clock.settle();
    expect(await sent()).toEqual([1, 3, 4]);
  });

  it('computes only when somebody listens, once per interval, however often it is touched', async () => {
    const { realtime, clock, enter, sent } = open();
    let computed = 0;
    const compute = async () => {
      computed += 1;
      return computed;
    };
    const metrics = realtime.throttled('all', 'metrics', { everyMs: 1_000, compute });
    metrics.touch();
    await clock.advance(3_000);
    expect(computed).toBe(0);
    const { peer } = await enter('u');
    for (let n = 0; n < 10; n += 1) {
      metrics.touch();
      await clock.advance(100);
    }
    await clock.advance(1_000);
    expect([computed, await sent()]).toEqual([2, [1, 2]]);
    peer.drop();
    metrics.touch();
    await clock.advance(3_000);
    expect(computed).toBe(2);
  });

  it('listening is told by stream: sessions elsewhere in the room or shop do not count for another', async () => {
    const { realtime, clock, enter } = open();
    let computed = 0;
    const compute = () => {
      computed += 1;
    };
    await enter('u');
    const board = realtime.throttled({ room: 'board' }, 'board', { everyMs: 10, compute });
    board.touch();
    await clock.advance(100);
    expect(computed).toBe(0);
    await realtime.joinRoom('u', 'board');
    board.touch();
    await clock.advance(100);
    expect(computed).toBe(1);
  });

  it('repeats by itself while somebody listens, if it is told to', async () => {
    const { realtime, clock, enter, sent } = open();
    let computed = 0;
    const compute = () => {
      computed += 1;
      return computed;
    };
    const metrics = realtime.throttled('all', 'metrics', { everyMs: 1_000, compute, repeat: true });
    await clock.advance(3_000);
    expect(computed).toBe(0);
    await enter('u');
    await clock.advance(3_000);
    expect(await sent()).toEqual([1, 2, 3]);
    metrics.close();
    await clock.advance(3_000);
    expect(await sent()).toEqual([1, 2, 3]);
  });

  it('keeps what it computed for 60 s, for whoever asks', async () => {
    const { realtime, clock } = open();
    let computed = 0;
    const compute = async () => {
      computed += 1;
      return computed;
    };
    const metrics = realtime.throttled('all', 'metrics', { everyMs: 1_000, compute });
    expect(await Promise.all([metrics.value(), metrics.value()])).toEqual([1, 1]);
    await clock.advance(59_999);
    expect(await metrics.value()).toBe(1);
    await clock.advance(1);
    expect(await metrics.value()).toBe(2);
  });

  it('[P7] that fails or hangs disturbs nobody, is counted and logged, and goes on', async () => {
    const { realtime, clock, enter, sent, errors } = open();
    await enter('u');
    const outcomes: (() => unknown)[] = [
      () => Promise.reject(new Error('database')),
      () => new Promise(() => {}),
      () => () => 'a function can not be sent',
      () => 'fine',
    ];
    const metrics = realtime.throttled('all', 'metrics', { everyMs: 100, compute: () => outcomes.shift()?.() });
    metrics.touch();
    await clock.advance(100);
    metrics.touch();
    await clock.advance(30_000);
    metrics.touch();
    await clock.advance(100);
    metrics.touch();
    await clock.advance(100);
    expect(await sent()).toEqual(['fine']);
    expect(errors).toHaveLength(3);
    expect(realtime.diagnostics().counters.throttled_failures).toBe(3);
  });

  it('does nothing any more once the companion is closed', async () => {
    const { realtime, clock } = open();
    const board = realtime.throttled('all', 'board', { everyMs: 10 });
    board.send(1);
    board.send(2);
    realtime.close();
    board.send(3);
    await clock.advance(1_000);
    expect(realtime.diagnostics().counters.emitted).toBe(1);
  });

  it('that computes nothing can not be touched', () => {
    const { realtime } = open();
    expect(() => realtime.throttled('all', 'board', { everyMs: 10 }).touch()).toThrow(TypeError);
    expect(() => realtime.throttled('all', 'board', { everyMs: 0 })).toThrow(RangeError);
  });
});
