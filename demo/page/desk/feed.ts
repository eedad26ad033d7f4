/** The newest events, and how many there were. */
import type { StreamEvent } from 'onesocket';

export const rowsShown = 12;

let latest: readonly StreamEvent[] = [];
let count = 0;

export function addToFeed(event: StreamEvent): void {
  latest = [event, ...latest.slice(0, rowsShown - 1)];
  count += 1;
}

/** Newest first. */
export const latestEvents = (): readonly StreamEvent[] => latest;
export const eventCount = (): number => count;
