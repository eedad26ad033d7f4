/** What a tab counts, for `diagnostics()`. */
import type { CounterName } from './types.ts';

export function emptyCounters(): Record<CounterName, number> {
  return {
    delivered: 0,
    unhandled: 0,
    duplicates: 0,
    gaps: 0,
    healed: 0,
    refreshes: 0,
    foreignModule: 0,
    invalid: 0,
    syncs: 0,
    posts: 0,
    malformed: 0,
    results: 0,
    refused: 0,
    notSent: 0,
    unknown: 0,
    takeovers: 0,
    handlerErrors: 0,
  };
}
