/** The election by messages of pages without Web Locks: two may win at once, nothing can be stolen. */
import type { Lock } from '../core/ports.ts';
import type { SimPage } from './page.ts';
import type { Random } from './random.ts';
import type { Tasks } from './tasks.ts';

interface Elections {
  portOf(page: SimPage): Lock;
  /** The page is gone; the others notice after a while. */
  release(page: SimPage): void;
  /** From now on all hear of each other. */
  heal(): void;
}

interface Candidate {
  readonly page: SimPage;
  readonly name: string;
  readonly onGranted: () => void;
  elected: boolean;
  ended: boolean;
}

export function createElections(tasks: Tasks, random: Random): Elections {
  let candidates: Candidate[] = [];
  let healed = false;

  function poll(candidate: Candidate): void {
    tasks.add(candidate.page, 'timer', random.between(100, 600), () => {
      if (candidate.ended || candidate.elected) return;
      const taken = candidates.some((other) => other.name === candidate.name && other.elected);
      // Now and then two don't hear of each other in time.
      if (taken && (healed || !random.chance(0.02))) return poll(candidate);
      candidate.elected = true;
      candidate.onGranted();
    });
  }

  function end(candidate: Candidate): void {
    candidate.ended = true;
    candidates = candidates.filter((other) => other !== candidate);
  }

  return {
    portOf: (page) => ({
      exclusive: false,
      request(name, how, { onGranted }) {
        const candidate: Candidate = { page, name, onGranted, elected: how === 'steal', ended: false };
        candidates.push(candidate);
        if (how === 'queue') poll(candidate);
        else tasks.add(page, 'soon', 0, () => candidate.ended || onGranted());
        return () => end(candidate);
      },
      async ifFree(_name, critical) {
        await critical();
        return true;
      },
      holder: async () => null,
    }),
    release(page) {
      for (const candidate of candidates) if (candidate.page === page) end(candidate);
    },
    heal() {
      healed = true;
    },
  };
}
