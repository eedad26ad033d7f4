import { describe, expect, it } from 'vitest';
import { describeLog } from './log.contract.ts';
import { createMemoryLog } from './log-memory.ts';
import { createManualClock } from './world.fixture.ts';

describeLog('memory', async (bounds) => {
  const clock = createManualClock();
  const log = createMemoryLog(clock, bounds);
  return { log, advance: async (ms) => void (await clock.advance(ms)), lose: async () => log.reset() };
});

describe('the memory log', () => {
  const draft = { type: 'tick', payload: null };

  it('[P8] gives up the stream unused for longest, which then begins a new epoch', async () => {
    const log = createMemoryLog(createManualClock(), { maxStreams: 2 });
    const a = await log.append('a', draft);
    const b = await log.append('b', draft);
    await log.bounds('a');
    await log.append('c', draft);
    expect((await log.bounds('a')).epoch).toBe(a.epoch);
    const again = await log.append('b', draft);
    expect(again.id).toBe(1);
    expect(again.epoch).not.toBe(b.epoch);
  });
});
