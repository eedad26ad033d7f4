/** Work that is done again and again, and at once when there is reason to. */
import type { Cancel, Clock } from '../server/ports.ts';

interface Repeated {
  /** Does it now; if it is being done, once more afterwards, for what it may have passed already. */
  now(): void;
  stop(): void;
}

/** `work` never rejects, and never overlaps itself. */
export function repeat(clock: Clock, everyMs: number, work: () => Promise<void>): Repeated {
  let busy = false;
  let wanted = false;
  let stopped = false;
  let cancel: Cancel = () => {};

  async function run(): Promise<void> {
    cancel();
    busy = true;
    do {
      wanted = false;
      await work();
    } while (wanted && !stopped);
    busy = false;
    wait();
  }

  function now(): void {
    wanted = true;
    if (!busy && !stopped) void run();
  }

  function wait(): void {
    if (!stopped) cancel = clock.after(everyMs, now);
  }

  wait();

  return {
    now,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
