/** A clock that is turned by hand: nothing here waits for real time. */
import type { Clock } from './ports.ts';

export interface ManualClock extends Clock {
  /** Runs what is due, in order, letting promises and tasks go on in between. */
  advance(ms: number): Promise<void>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
  /** Lets time pass without running anything: the page was away. */
  sleep(ms: number): void;
  /** Moves the wall clock alone. */
  step(ms: number): void;
  /** What the next draws give; 0.5 unless told. */
  draw(random: number): void;
  timers(): number;
  readonly reported: unknown[];
}

export function createManualClock(): ManualClock {
  let now = 0;
  let wallAhead = 1_000_000;
  let ids = 0;
  let random = 0.5;
  const turns: (() => void)[] = [];
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const reported: unknown[] = [];

  async function settle(): Promise<void> {
    do {
      for (const turn of turns.splice(0)) turn();
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (turns.length > 0);
  }

  return {
    wall: () => now + wallAhead,
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    soon: (run) => void turns.push(run),
    random: () => random,
    uniqueId() {
      ids += 1;
      return `id-${ids}`;
    },
    report: (error) => void reported.push(error),
    reported,
    timers: () => timers.size,
    draw(next) {
      random = next;
    },
    step(ms) {
      wallAhead += ms;
    },
    sleep(ms) {
      now += ms;
    },
    settle,
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.run();
        await settle();
      }
      now = Math.max(now, end);
    },
  };
}
