/** What every page of the bench does alike: counts, checks the order and answers the bench's questions. */

export interface Payload {
  /** 1, 2, 3... over the life of the server. */
  readonly n: number;
  readonly pad: string;
}
export type TabRole = 'leader' | 'follower' | 'none';

/** One way of sharing a connection, or of not sharing it. */
export interface Rival {
  role(): TabRole;
  /** This tab gets events and its commands reach the server. */
  ready(): boolean;
  command(n: number): Promise<unknown>;
  /** Printed when a run fails. */
  detail?(): unknown;
}
export interface Tally {
  readonly first: number;
  readonly last: number;
  readonly received: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
}
/** `[n, wall clock in ms]` */
export type Arrival = readonly [number, number];

export interface TabUnderTest extends Rival {
  tally(): Tally;
  /** Resolves with the wall clock in ms once all events up to `n` are here. */
  reached(n: number): Promise<number>;
  /** Forgets the arrivals so far and notes the next ones. */
  noteArrivals(): void;
  arrivals(): readonly Arrival[];
  /** One after the other; each sample is the mean of `perSample` round trips, as a page's clock is coarse. */
  roundTripsUs(samples: number, perSample: number): Promise<readonly number[]>;
}

declare global {
  interface Window {
    bench?: TabUnderTest;
  }
}

export interface Recorder {
  record(payload: Payload): void;
  /** From here on `window.bench` answers. */
  expose(rival: Rival): void;
}

export function createRecorder(): Recorder {
  let first = 0;
  let last = 0;
  let received = 0;
  let doubled = 0;
  let reordered = 0;
  const missing = new Set<number>();
  let goal = Number.POSITIVE_INFINITY;
  let onGoal = (_at: number): void => {};
  let noted: Arrival[] | null = null;

  function recordUnexpected(n: number): void {
    if (first === 0) first = n;
    else for (let hole = last + 1; hole < n; hole += 1) missing.add(hole);
    if (n > last) last = n;
    else if (missing.delete(n)) reordered += 1;
    else doubled += 1;
  }
  function checkGoal(): void {
    if (last < goal || missing.size > 0) return;
    goal = Number.POSITIVE_INFINITY;
    onGoal(Date.now());
  }
  function reached(n: number): Promise<number> {
    return new Promise((resolve) => {
      goal = n;
      onGoal = resolve;
      checkGoal();
    });
  }

  return {
    record({ n }) {
      received += 1;
      if (n === last + 1 && first > 0) last = n;
      else recordUnexpected(n);
      if (noted) noted.push([n, Date.now()]);
      if (last >= goal) checkGoal();
    },
    expose(rival) {
      window.bench = {
        ...rival,
        reached,
        tally: () => ({ first, last, received, lost: missing.size, doubled, reordered }),
        noteArrivals: () => {
          noted = [];
        },
        arrivals: () => noted ?? [],
        async roundTripsUs(samples, perSample) {
          const means: number[] = [];
          for (let sample = 0; sample < samples; sample += 1) {
            const start = performance.now();
            for (let n = 0; n < perSample; n += 1) await rival.command(n);
            means.push(((performance.now() - start) * 1_000) / perSample);
          }
          return means;
        },
      };
    },
  };
}
