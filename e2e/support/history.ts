/** What one life of a page was given, checked against what the server promises. */
import type { TabRecord } from '../page/types.ts';

/** Holes that no refresh announced, events twice, and handlers that disagree. */
export function faultsInHistory({ name, life, events, plain, refreshes }: TabRecord): string[] {
  const faults: string[] = [];
  const lastByStream = new Map<string, number>();
  const seen = new Set<number>();
  let announced = 0;
  for (const [at, { stream, id, n }] of events.entries()) {
    for (let notice = refreshes[announced]; notice && notice.after <= at; notice = refreshes[announced]) {
      for (const lost of notice.streams) lastByStream.delete(lost);
      announced += 1;
    }
    const last = lastByStream.get(stream);
    if (last !== undefined && id !== last + 1) faults.push(`${stream}#${id} after #${last}, event ${n}`);
    if (seen.has(n)) faults.push(`event ${n} twice, the second time as ${stream}#${id}`);
    lastByStream.set(stream, id);
    seen.add(n);
  }
  if (plain.join() !== events.map(({ n }) => n).join()) faults.push('`on` and `onEvent` differ');
  return faults.map((fault) => `${name}/${life.slice(0, 8)}: ${fault}`);
}

/** One record per life of a page: the longest. */
export function longestByLife(records: readonly TabRecord[]): TabRecord[] {
  const byLife = new Map<string, TabRecord>();
  const lengthOf = ({ events, commands, lifecycle }: TabRecord) => events.length + commands.length + lifecycle.length;
  for (const record of records) {
    const known = byLife.get(record.life);
    if (!known || lengthOf(record) >= lengthOf(known)) byLife.set(record.life, record);
  }
  return [...byLife.values()];
}
