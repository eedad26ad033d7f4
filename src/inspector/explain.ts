/** What a tab's diagnostics say, in words. */
import type { Diagnostics } from '../client/types.ts';
import { shortId } from './summary.ts';

const degradations = {
  'no-locks': 'No Web Locks here (plain http?): a weaker election, duplicates are possible.',
  'no-channel': 'No BroadcastChannel here: this tab shares nothing.',
  'no-storage': 'IndexedDB fails here: places are kept in localStorage at best.',
} as const;

/** Who leads, and why it is or is not this tab. */
export function explain({ status, leader, tab }: Diagnostics): string {
  const because = status.reason ? ` (${status.reason.code}: ${status.reason.message})` : '';
  switch (status.role) {
    case 'leader':
      return `This tab leads: it holds the group’s lock and the one connection${because}.`;
    case 'solo':
      return `This tab has a connection of its own: it can’t reach the others${because}.`;
    case 'follower':
      return `Tab ${shortId(leader)} leads. This tab gets everything from it, and waits for the lock${because}.`;
    case 'electing':
      return leader === tab ? 'This tab is about to lead.' : 'Nobody leads yet: this tab waits for the lock.';
    case 'none':
      return `This tab is not in the group${because || `: ${status.connection}`}.`;
    default:
      return status.role satisfies never;
  }
}

export const explainDegraded = ({ status }: Diagnostics): readonly string[] =>
  status.degraded.map((each) => degradations[each]);

interface StreamRow {
  readonly stream: string;
  /** `null`: this tab is not in it. */
  readonly cursor: number | null;
  /** `null`: nobody has said it yet. */
  readonly head: number | null;
  /** Events behind; `null`: it can't be counted. */
  readonly lag: number | null;
  /** Frames held until a hole is filled; `null`: there is no hole. */
  readonly held: number | null;
}

export function toStreams({ cursors, heads, holding }: Diagnostics): readonly StreamRow[] {
  return [...new Set([...Object.keys(heads), ...Object.keys(holding)])].sort().map((stream) => {
    const cursor = cursors[stream];
    const head = heads[stream];
    const lag = cursor && head && cursor.epoch === head.epoch ? Math.max(0, head.id - cursor.id) : null;
    return { stream, cursor: cursor?.id ?? null, head: head?.id ?? null, lag, held: holding[stream] ?? null };
  });
}
