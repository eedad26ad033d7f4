/** The last messages, as many as fit. */
import type { TraceEvent } from '../client/trace-types.ts';
import { summarise } from './summary.ts';

/** One message, in words. */
export interface Entry {
  /** Counts all that were recorded. */
  readonly number: number;
  readonly at: number;
  readonly kind: TraceEvent['kind'];
  readonly type: string;
  readonly summary: string;
  /** Length as JSON; `null` where it has none. */
  readonly bytes: number | null;
}

export interface Recorder {
  record(event: TraceEvent): void;
  entries(): readonly Entry[];
  /** While paused what comes is counted only, so that what one looks at stays. */
  pause(paused: boolean): void;
  paused(): boolean;
  /** Not recorded since the pause began. */
  missed(): number;
  clear(): void;
  /** Another number whenever something changed. */
  version(): number;
}

export const maxEntries = 200;

export function createRecorder(): Recorder {
  let entries: readonly Entry[] = [];
  let count = 0;
  let paused = false;
  let missed = 0;
  let version = 0;

  return {
    record({ at, kind, type, detail }) {
      version += 1;
      if (paused) {
        missed += 1;
        return;
      }
      count += 1;
      const entry = { number: count, at, kind, type, summary: summarise(kind, type, detail), bytes: bytesOf(detail) };
      entries = [...entries.slice(1 - maxEntries), entry];
    },
    entries: () => entries,
    pause(next) {
      version += 1;
      paused = next;
      missed = 0;
    },
    paused: () => paused,
    missed: () => missed,
    clear() {
      version += 1;
      entries = [];
    },
    version: () => version,
  };
}

interface Filter {
  /** Found in the type or the summary, in any case. */
  readonly text: string;
  readonly kinds: ReadonlySet<Entry['kind']>;
}

export function matches({ kind, type, summary }: Entry, { text, kinds }: Filter): boolean {
  return kinds.has(kind) && `${type} ${summary}`.toLowerCase().includes(text.trim().toLowerCase());
}

function bytesOf(detail: unknown): number | null {
  try {
    return new TextEncoder().encode(JSON.stringify(detail)).length;
  } catch {
    return null; // a cycle, or a number that JSON can't write
  }
}
