/** Who led, and how each came to it, as far as the messages between the tabs tell. */
import type { TraceEvent } from '../client/trace-types.ts';
import { isName, isTerm, toFields } from '../protocol/parse.ts';

export interface Leadership {
  readonly tab: string;
  readonly term: number;
  /** When it was first heard of, milliseconds since 1970. */
  readonly at: number;
  readonly why: string;
}

export interface Leaderships {
  observe(event: TraceEvent): void;
  /** Oldest first, the present one last. */
  list(): readonly Leadership[];
}

interface Known {
  readonly tab: string | null;
  readonly term: number;
  readonly steals: number;
}

const maxKept = 20;
const left = 'next in the queue: the one before left';
const lost = 'next in the queue: the one before lost the lock, or is gone';

/** @param now - who leads already */
export function createLeaderships(now: Known, at: number): Leaderships {
  let last = now;
  /** The present leader said `bye`. */
  let hasLeft = false;
  /** The leader before the present one. */
  let before: string | null = null;
  /** The tab that was asked to take over. */
  let offered = '';
  let list: readonly Leadership[] =
    now.tab === null
      ? []
      : [{ tab: now.tab, term: now.term, at, why: 'not known, it led before the inspector was opened' }];

  function why(next: Known): string {
    if (last.tab === null) return 'nobody led';
    if (last.tab === next.tab) return 'the same tab: a higher term had been heard';
    if (offered === next.tab) return 'handed over: the one before was hidden and not connected';
    if (next.steals > last.steals) return 'took the lock: the one before showed no life';
    return hasLeft ? left : lost;
  }

  return {
    list: () => list,
    observe({ at: heardAt, kind, type, detail }) {
      const f = toFields(detail);
      if (!kind.startsWith('channel') || !f || !isName(f.from)) return;
      if (type === 'bye') {
        if (f.from === last.tab) hasLeft = true;
        // A lock may be passed on before the word of it is.
        const present = list.at(-1);
        if (present?.why === lost && f.from === before) list = [...list.slice(0, -1), { ...present, why: left }];
      }
      if (type === 'take') offered = Array.isArray(f.to) ? String(f.to[0]) : '';
      else if (type === 'lead' || type === 'welcome' || type === 'alive') {
        if (!isTerm(f.term) || f.term < last.term) return;
        const next = { tab: f.from, term: f.term, steals: Number(f.steals) || 0 };
        if (next.tab !== last.tab || next.term !== last.term) {
          list = [...list.slice(1 - maxKept), { tab: next.tab, term: next.term, at: heardAt, why: why(next) }];
          before = last.tab;
          hasLeft = false;
          offered = '';
        }
        last = next;
      }
    },
  };
}
