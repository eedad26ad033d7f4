/** Counters, pulled by whoever wants to know. */

/** Counts by name, such as `refresh:expired` or `refused:token_expired`. */
export interface Counters {
  count(name: string, by?: number): void;
  snapshot(): Readonly<Record<string, number>>;
}

/** Names come from this code and its tables, never from a client: the set is bounded. */
export function createCounters(): Counters {
  const countByName = new Map<string, number>();
  return {
    count(name, by = 1) {
      countByName.set(name, (countByName.get(name) ?? 0) + by);
    },
    snapshot: () => Object.freeze(Object.fromEntries(countByName)),
  };
}
