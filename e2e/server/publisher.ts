/** Publishes numbered events at a rate that does not depend on how late its timer fires. */
import type { Publish } from './types.ts';

export interface Publisher {
  run(job: Publish): void;
  readonly published: number;
  readonly busy: boolean;
  /** The rest of all jobs is dropped. */
  stop(): void;
}

const tickMs = 10;

export function createPublisher(emit: (job: Publish, n: number) => Promise<unknown> | unknown): Publisher {
  let published = 0;
  let jobs = 0;
  let stopped = false;

  async function burst(job: Publish, sent: number, due: number) {
    for (let i = sent; i < due && !stopped; i += 1) {
      await emit(job, job.from + i);
      published += 1;
    }
  }
  async function paced(job: Publish, perSecond: number) {
    const began = performance.now();
    let sent = 0;
    while (sent < job.count && !stopped) {
      const due = Math.min(job.count, Math.floor(((performance.now() - began) / 1000) * perSecond));
      await burst(job, sent, due);
      sent = Math.max(sent, due);
      await new Promise((later) => setTimeout(later, tickMs));
    }
  }
  return {
    run(job) {
      jobs += 1;
      const done = job.perSecond === undefined ? burst(job, 0, job.count) : paced(job, job.perSecond);
      // A rejected publish must fail the test run loudly: the process ends, and the fixture says so.
      void done.then(() => {
        jobs -= 1;
      });
    },
    stop() {
      stopped = true;
    },
    get published() {
      return published;
    },
    get busy() {
      return jobs > 0;
    },
  };
}
