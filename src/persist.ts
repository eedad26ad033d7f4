/**
 * `onesocket/persist`: shared states that outlive their tabs. The next page shows what was there at once, marked
 * stale, and catches up by the state's own `load`. Kept in the group's part of IndexedDB: a user's own, wiped by
 * `signOut()`. A store that is blocked, full or hangs costs nothing but this.
 */
import { oneSocketError } from './client/errors.ts';
import type { Keeper, KeptState, Persist, Shelf } from './client/persist-types.ts';
import type { Cancel } from './core/ports.ts';
import { toFields } from './protocol/parse.ts';

export type { Persist } from './client/persist-types.ts';

export interface IndexedDbOptions {
  /** Older states are not shown. @defaultValue 604_800_000, a week */
  readonly maxAgeMs?: number;
  /** About so many bytes are kept; a larger state is not. @defaultValue 5_000_000 */
  readonly maxBytes?: number;
}

/** One tab of all that have the state writes it, at most this often while it changes. */
const everyMs = 2_000;
/** States of one group; the one that was written longest ago makes room. */
const maxKept = 32;
/** When which state was written; no state's key, which is a list in JSON. */
const indexKey = 'index';

/**
 * Keeps a shared state in IndexedDB: `socket.state({ ..., persist: indexedDb() })`. Whatever the structured clone
 * algorithm copies can be kept: plain data, dates, maps, sets. Change the state's `version` with its form.
 *
 * @throws {@link OneSocketError} `bad_option`
 */
export function indexedDb({ maxAgeMs = 604_800_000, maxBytes = 5_000_000 }: IndexedDbOptions = {}): Persist {
  for (const [name, value] of Object.entries({ maxAgeMs, maxBytes })) {
    if (value > 0) continue;
    throw oneSocketError('bad_option', `\`${name}\` of indexedDb() must be a positive number, not ${String(value)}`);
  }
  return (state) => createKeeper(state, { maxAgeMs, maxBytes });
}

function createKeeper(
  { key, clock, current, show, warn }: KeptState,
  { maxAgeMs, maxBytes }: Required<IndexedDbOptions>,
): Keeper {
  let shelf: Shelf | null = null;
  /** Wall clock, as all tabs have it. */
  let changedAt = 0;
  let stopTimer: Cancel | null = null;
  /** One at a time: should the store hang, this is the only one that waits for it. */
  let writing = false;
  let warned = false;

  function warnOnce(message: string, error?: unknown): void {
    if (!warned) warn(message, error);
    warned = true;
  }

  async function read(from: Shelf): Promise<void> {
    const kept = toFields(await from.get(key));
    if (from !== shelf || typeof kept?.at !== 'number' || clock.wall() - kept.at > maxAgeMs) return;
    show(kept.state);
  }

  function schedule(): void {
    // By chance, so that not every tab comes at the same moment.
    stopTimer ??= clock.after(everyMs * (1 + clock.random() / 2), () => {
      stopTimer = null;
      if (shelf && !writing) void write(shelf);
    });
  }

  async function write(to: Shelf): Promise<void> {
    if (current() === undefined) return;
    writing = true;
    const from = changedAt;
    try {
      if (weigh(current(), maxBytes) > maxBytes) {
        warnOnce(`not kept: larger than about ${maxBytes} bytes`);
        await to.remove(key);
      } else if (!(await takeTurn(to))) schedule();
    } catch (error) {
      warnOnce('not kept', error);
    }
    writing = false;
    if (changedAt !== from && to === shelf) schedule();
  }

  /** False: another tab wrote a moment ago, but before the last change. */
  async function takeTurn(to: Shelf): Promise<boolean> {
    let turn = 'done' as 'mine' | 'later' | 'done';
    const leaving: string[] = [];
    await to.update(indexKey, (old) => {
      const writtenAt = parseIndex(old);
      const now = clock.wall();
      const last = writtenAt.get(key) ?? Number.NEGATIVE_INFINITY;
      if (last <= now && last >= changedAt) return old;
      turn = last <= now && now - last < everyMs ? 'later' : 'mine';
      if (turn === 'later') return old;
      // Written anew it is the last one again.
      writtenAt.delete(key);
      writtenAt.set(key, now);
      leaving.push(...[...writtenAt.keys()].slice(0, -maxKept));
      for (const oldest of leaving) writtenAt.delete(oldest);
      return [...writtenAt];
    });
    const state = current();
    if (turn !== 'mine' || state === undefined) return turn !== 'later';
    await to.update(key, () => ({ at: clock.wall(), state }));
    for (const oldest of leaving) await to.remove(oldest);
    return true;
  }

  return {
    open(next) {
      shelf = next;
      read(next).catch((error) => warnOnce('nothing kept can be read', error));
    },
    changed() {
      changedAt = clock.wall();
      if (!writing) schedule();
    },
    close() {
      shelf = null;
      writing = false;
      stopTimer?.();
      stopTimer = null;
    },
  };
}

/** Names with the time of their last writing, in the order of writing. */
function parseIndex(value: unknown): Map<string, number> {
  const entries: unknown[] = Array.isArray(value) ? value : [];
  const isEntry = (entry: unknown): entry is [string, number] =>
    Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1]);
  return new Map(entries.filter(isEntry));
}

/** About how many bytes a value takes; counts no further than `most`. */
function weigh(value: unknown, most: number): number {
  const seen = new Set<unknown>();
  const waiting = [value];
  let bytes = 0;
  while (waiting.length > 0 && bytes <= most) {
    const next = waiting.pop();
    bytes += typeof next === 'string' ? next.length : 8;
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if (next instanceof ArrayBuffer || ArrayBuffer.isView(next)) bytes += next.byteLength;
    else if (next instanceof Blob) bytes += next.size;
    else if (next instanceof Map || next instanceof Set) for (const entry of next.entries()) waiting.push(...entry);
    else for (const entry of Object.entries(next)) waiting.push(...entry);
  }
  return bytes;
}
