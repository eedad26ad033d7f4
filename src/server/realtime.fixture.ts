/** The companion on fake ports, with tokens that are the user's name. */
import { createMemoryLog, type MemoryLog, type MemoryLogOptions } from './log-memory.ts';
import type { RealtimeOptions } from './options.ts';
import { createRealtime, type RealtimeHost } from './realtime.ts';
import {
  createFakeHub,
  createManualClock,
  type FakeHub,
  type Joined,
  join,
  type ManualClock,
} from './world.fixture.ts';

export interface World {
  readonly clock: ManualClock;
  readonly hub: FakeHub;
  readonly log: MemoryLog;
  readonly realtime: RealtimeHost<Record<string, (payload: unknown) => void>>;
  /** A connection of a user; everything that needs no time has happened. */
  enter(user: string, auth?: Record<string, unknown>): Promise<Joined>;
  /** Appends so many events to a user's stream. */
  emit(user: string, count: number): Promise<void>;
}

export function createWorld(options: RealtimeOptions = {}, logOptions: MemoryLogOptions = {}): World {
  const clock = createManualClock();
  const hub = createFakeHub();
  const log = createMemoryLog(clock, logOptions);
  const realtime = createRealtime({
    hub,
    clock,
    log,
    // `name` or `name@<wall clock of its end>`.
    authenticate: (token = '') => {
      const [userId = '', end] = token.split('@');
      return { userId, ...(end !== undefined && { expiresAt: Number(end) }) };
    },
    ...options,
  });
  return {
    clock,
    hub,
    log,
    realtime,
    async enter(user, auth = {}) {
      const base = { token: user, onesocket: 1, client: 'c', tab: 't', term: 1, attempt: 1 };
      const joined = await join(realtime, hub, { ...base, ...auth });
      await clock.settle();
      return joined;
    },
    async emit(user, count) {
      for (let n = 0; n < count; n += 1) await realtime.sendToUser(user, 'tick', n);
    },
  };
}

/** What `(prev, id]` of the frames of a stream leaves uncovered or covers twice; empty when they join. */
export function breaksIn(frames: readonly { prev: number; id: number }[], from: number): string[] {
  let at = from;
  return frames.flatMap(({ prev, id }) => {
    const broken = prev === at ? [] : [`${prev} after ${at}`];
    at = id;
    return broken;
  });
}
