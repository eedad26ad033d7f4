/** When a tab says that it wants a snapshot: at once where there is news, ever more rarely where asking was to no avail. */
import type { Cancel, Clock } from '../../core/ports.ts';

interface Wishes {
  /** Once per task: several streams are refreshed together. What was refused before is past. */
  now(): void;
  /** Counts this tab's own wishes only: it is offered what others asked for too. */
  later(): void;
  stop(): void;
}

const firstMs = 1_000;
const maxDoublings = 5;

export function createWishes(clock: Clock, wish: () => void): Wishes {
  let scheduled = false;
  let waiting: Cancel | null = null;
  /** Wishes in a row that were to no avail. */
  let refused = 0;

  function stop(): void {
    waiting?.();
    waiting = null;
    refused = 0;
  }

  return {
    now() {
      stop();
      if (scheduled) return;
      scheduled = true;
      clock.soon(() => {
        scheduled = false;
        wish();
      });
    },
    later() {
      if (scheduled || waiting) return;
      waiting = clock.after(firstMs * 2 ** Math.min(refused, maxDoublings), () => {
        waiting = null;
        wish();
      });
      refused += 1;
    },
    stop,
  };
}
