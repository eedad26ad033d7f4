import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCounters } from './diagnostics.ts';
import { createLatency } from './latency.ts';
import { createLive } from './live.ts';
import type { EventLog, Hint } from './log.ts';
import { createMemoryLog } from './log-memory.ts';
import { liveRoom } from './outlets.ts';
import { silentLogger } from './ports.ts';
import { breaksIn } from './realtime.fixture.ts';
import { range } from './socket.fixture.ts';
import { createFakeHub, createManualClock } from './world.fixture.ts';

type Fate = 'pass' | 'lose' | 'repeat' | 'delay';

/** A log whose hints are lost, repeated and late, as those of another node may be. */
function createWorld() {
  const clock = createManualClock();
  const hub = createFakeHub();
  const log = createMemoryLog(clock);
  const late: (() => void)[] = [];
  let fate: Fate = 'pass';
  const shaky: EventLog = {
    ...log,
    follow: (stream, onHint) =>
      log.follow(stream, (hint: Hint) => {
        if (fate === 'delay') late.push(() => onHint(hint));
        if (fate === 'pass' || fate === 'repeat') onHint(hint);
        if (fate === 'repeat') onHint(hint);
      }),
  };
  const sizes = { maxReplay: 1_000, pageSize: 3, frameEvents: 4 };
  const deaf = { latency: createLatency({ hub, clock }), counters: createCounters(), logger: silentLogger };
  const live = createLive({ hub, clock, log: shaky, ...deaf, ...sizes });
  const frames = () => hub.broadcasts.filter(([room, name]) => room === liveRoom('s') && name === 'events');
  return {
    clock,
    hub,
    log,
    live,
    frames: () => frames().map(([, , frame]) => frame),
    ids: (): number[] => frames().flatMap(([, , frame]) => frame.events.map((event: { id: number }) => event.id)),
    append: (as: Fate) => {
      fate = as;
      return log.append('s', { type: 'tick', payload: null });
    },
    deliverLate: () => {
      for (const run of late.splice(0).reverse()) run();
    },
  };
}

describe('live fan-out', () => {
  it('[P2] sends each event once and in order, whatever becomes of the hints', async () => {
    const fate = fc.constantFrom<Fate | 'settle' | 'late'>('pass', 'lose', 'repeat', 'delay', 'settle', 'late');
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 40 }), async (steps) => {
        const { clock, live, append, deliverLate, ids, frames } = createWorld();
        await live.enter('s');
        let written = 0;
        for (const step of steps) {
          if (step === 'settle') await clock.settle();
          else if (step === 'late') deliverLate();
          else {
            void append(step);
            written += 1;
          }
        }
        void append('pass');
        await clock.settle();
        expect(ids()).toEqual(range(1, written + 1));
        expect(breaksIn(frames(), 0)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('[P2] what was pending goes out before the refresh of a new epoch', async () => {
    const { clock, hub, log, live, append } = createWorld();
    await live.enter('s');
    void append('pass');
    log.reset();
    // The refresh comes before the turn in which the pending event would have gone out.
    await live.pull('s');
    await clock.settle();
    expect(hub.broadcasts.filter(([room]) => room === liveRoom('s')).map(([, name]) => name)).toEqual([
      'events',
      'full_refresh',
    ]);
  });

  it('follows a stream only while somebody is in it', async () => {
    const { clock, hub, live, append } = createWorld();
    const leave = await live.enter('s');
    const leaveToo = await live.enter('s');
    leave();
    leave();
    void append('pass');
    await clock.settle();
    expect(hub.broadcasts.length).toBeGreaterThan(0);
    const sent = hub.broadcasts.length;
    leaveToo();
    void append('pass');
    await clock.settle();
    expect(hub.broadcasts).toHaveLength(sent);
    expect(live.place('s')).toBeNull();
  });
});
