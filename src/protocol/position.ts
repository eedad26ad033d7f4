/** A position: the opaque string that ties loaded data to places in streams. */
import type { Cursor, Cursors } from './cursor.ts';
import { parseCursors } from './parse.ts';

export function toPosition(cursors: Cursors): string {
  const pairs = Object.entries(cursors).map(([stream, c]): [string, string, number] => [stream, c.epoch, c.id]);
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `null` for anything that `toPosition` did not make. */
export function parsePosition(position: unknown): Cursors | null {
  if (typeof position !== 'string') return null;
  try {
    const pairs: unknown = JSON.parse(position);
    if (!Array.isArray(pairs)) return null;
    const cursors: Record<string, Cursor> = Object.create(null);
    for (const pair of pairs) {
      if (!Array.isArray(pair) || typeof pair[0] !== 'string') return null;
      cursors[pair[0]] = { epoch: pair[1], id: pair[2] };
    }
    return parseCursors(cursors);
  } catch {
    return null;
  }
}
