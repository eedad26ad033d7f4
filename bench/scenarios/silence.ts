/** Reads out of a tab's arrivals how long a fault kept it without events. */
import type { Arrival } from '../pages/tab.ts';

/**
 * Milliseconds from the fault to the first event of the new connection, whose first event the server sent at
 * `renewedAt`: not simply to the next event, as what the old leader had posted still arrives for a moment.
 * Without a new connection: to the event that ended the longest silence. `null`: nothing arrived.
 * All times are wall clocks of one machine.
 */
export function stallOf(arrivals: readonly Arrival[], faultAt: number, renewedAt?: number): number | null {
  const endedAt = renewedAt === undefined ? endOfLongestSilence(arrivals, faultAt) : firstSince(arrivals, renewedAt);
  return endedAt === null ? null : endedAt - faultAt;
}

function firstSince(arrivals: readonly Arrival[], since: number): number | null {
  return arrivals.find(([, at]) => at >= since)?.[1] ?? null;
}

function endOfLongestSilence(arrivals: readonly Arrival[], faultAt: number): number | null {
  let longestMs = -1;
  let endedAt: number | null = null;
  let previousAt = faultAt;
  for (const [, at] of arrivals) {
    if (at <= faultAt) continue;
    if (at - previousAt > longestMs) {
      longestMs = at - previousAt;
      endedAt = at;
    }
    previousAt = at;
  }
  return endedAt;
}
