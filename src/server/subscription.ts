/** The guards of `subscribe` and `unsubscribe`. */
import type { Cursor } from '../protocol/cursor.ts';
import { limits } from '../protocol/limits.ts';
import { isName, parseCursor, toFields, toList } from '../protocol/parse.ts';

/** Streams asked for, with the place to resume from; `null`: from now. */
export function parseSubscribe(value: unknown): ReadonlyMap<string, Cursor | null> | null {
  const streams = toFields(toFields(value)?.streams);
  if (!streams) return null;
  const names = Object.keys(streams);
  if (names.length > limits.streams) return null;
  const wanted = new Map<string, Cursor | null>();
  for (const name of names) {
    const cursor = streams[name] === null ? null : parseCursor(streams[name]);
    if (!isName(name) || (cursor === null && streams[name] !== null)) return null;
    wanted.set(name, cursor);
  }
  return wanted;
}

/** Names of streams to leave: a list, or the keys of a record. */
export function parseUnsubscribe(value: unknown): readonly string[] | null {
  const streams = toFields(value)?.streams;
  const record = toFields(streams);
  const names = record ? Object.keys(record) : toList(streams, limits.streams);
  return names && names.length <= limits.streams && names.every(isName) ? names : null;
}
