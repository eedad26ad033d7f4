/** Terms: numbers of leaderships, higher with each. */
import { limits } from '../protocol/limits.ts';

/** A wrong date that is set right may take the clock back by months: tabs of before lead on with their term. */
const yearMs = 366 * 86_400_000;
/** Leaderships that a tab may have missed. */
const maxMissed = 1_000;

/** The clock keeps terms rising over a restart of the browser without a read of storage. */
export function nextTerm(heard: number, wallMs: number): number {
  return Math.min(Math.max(heard, Math.floor(wallMs)) + 1, limits.term - 1);
}

/**
 * A tab's claim that is further ahead than clocks differ is a forgery or a fault. What is known allows no such leap:
 * else forged terms, each a year above the last, would rise beyond what a newcomer believes.
 */
export function isCredibleTerm(term: number, known: number, wallMs: number): boolean {
  return term <= Math.max(known + maxMissed, wallMs + yearMs);
}

export interface Claim {
  readonly term: number;
  readonly tab: string;
}

/** Negative: `a` gives way to `b`. Equal terms are settled by the tab's id, the same way in every tab. */
export function compareClaims(a: Claim, b: Claim): number {
  return a.term - b.term || (a.tab < b.tab ? -1 : a.tab > b.tab ? 1 : 0);
}
