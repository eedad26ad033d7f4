/** Who says whether a promise of DESIGN.md holds: each look at one is counted, the first that fails is kept. */

export const promiseIds = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10'] as const;
export type PromiseId = (typeof promiseIds)[number];

export interface Violation {
  readonly promise: PromiseId;
  readonly message: string;
}

export interface Judge {
  /** Says whether it holds, so that what builds on it can stop. */
  check(promise: PromiseId, holds: boolean, what: () => string): boolean;
  fail(promise: PromiseId, what: string): void;
  violation(): Violation | null;
  counts(): Readonly<Record<PromiseId, number>>;
}

export function createJudge(onViolation: (violation: Violation) => void): Judge {
  const counts = Object.fromEntries(promiseIds.map((id) => [id, 0])) as Record<PromiseId, number>;
  let violation: Violation | null = null;

  function check(promise: PromiseId, holds: boolean, what: () => string): boolean {
    counts[promise] += 1;
    if (holds || violation) return holds;
    violation = { promise, message: `[${promise}] ${what()}` };
    onViolation(violation);
    return false;
  }

  return {
    check,
    fail: (promise, what) => void check(promise, false, () => what),
    violation: () => violation,
    counts: () => ({ ...counts }),
  };
}
