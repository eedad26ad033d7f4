/** What must be true of the records and counts that a run left behind. */
import type { TabRecord } from '../page/types.ts';
import type { Session } from '../server/types.ts';

/** Null when `ns` is `first..last`, each once and in order; else the first place where it is not. */
export function faultIn(ns: readonly number[], first: number, last: number): string | null {
  for (const [at, n] of ns.entries()) {
    if (n !== first + at)
      return `place ${at}: ${n} instead of ${first + at}, after ${ns.slice(Math.max(0, at - 3), at)}`;
  }
  const length = Math.max(0, last - first + 1);
  return ns.length === length ? null : `${ns.length} events instead of ${length}, last ${ns.at(-1)}`;
}

/** Faults of one life of a tab: both kinds of handler saw the same, from `first` (or where it joined) to `last`. */
export function faultsOf(record: TabRecord, last: number, first?: number): string[] {
  const ns = record.events.map(({ n }) => n);
  const start = first ?? ns[0] ?? last + 1;
  const faults = [faultIn(ns, start, last), faultIn(record.plain, start, last)];
  return faults.filter((fault) => fault !== null).map((fault) => `${record.name}/${record.life}: ${fault}`);
}

/** Numbers that more than one life of a tab handled. */
export function repeatedIn(lives: readonly TabRecord[]): number[] {
  const seen = new Set<number>();
  const repeated: number[] = [];
  for (const life of lives) {
    for (const { n } of life.events) seen.has(n) ? repeated.push(n) : seen.add(n);
  }
  return repeated;
}

/** What ran twice, was answered twice, or otherwise than it ran. */
export function faultsOfCommands(records: readonly TabRecord[], runsByKey: Readonly<Record<string, number>>): string[] {
  const faults = Object.entries(runsByKey).flatMap(([key, runs]) => (runs > 1 ? [`${key} ran ${runs} times`] : []));
  const seen = new Set<string>();
  for (const { key, outcome, code } of records.flatMap(({ commands }) => commands)) {
    const runs = runsByKey[key] ?? 0;
    const text = `${key}: ${outcome} (${code}), ran ${runs} times`;
    if (seen.has(key)) faults.push(`${text}: a second outcome`);
    seen.add(key);
    if (outcome === 'unclassified') faults.push(text);
    if (outcome === 'result' ? runs !== 1 : outcome !== 'unknown' && runs > 0) faults.push(text);
  }
  return faults;
}

/** How many of these sessions were open at once, at most. */
export function mostAtOnce(sessions: readonly Session[]): number {
  const openAt = (time: number) =>
    sessions.filter(({ openedAt, closedAt = Infinity }) => openedAt <= time && time < closedAt).length;
  return Math.max(0, ...sessions.map(({ openedAt }) => openAt(openedAt)));
}

/** The longest time that two connections of one client were open together. */
export function longestOverlapMs(sessions: readonly Session[]): number {
  let longest = 0;
  for (const [i, a] of sessions.entries()) {
    for (const b of sessions.slice(i + 1)) {
      if (a.auth.client !== b.auth.client || a.auth.user !== b.auth.user) continue;
      const end = Math.min(a.closedAt ?? Infinity, b.closedAt ?? Infinity);
      longest = Math.max(longest, end - Math.max(a.openedAt, b.openedAt));
    }
  }
  return longest;
}
