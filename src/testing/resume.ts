/** What a group had handled and stored when its last leader went: the next tab must not get it again. */
import type { Cursor } from '../protocol/cursor.ts';
import type { Member } from './member.ts';

export interface Resume {
  /** The page's code runs for the last time, or (`crashed`) has run. */
  leaves(member: Member, crashed: boolean): void;
  /** Nothing if the storage was troubled since. */
  handled(group: string, troubledAt: number): ReadonlyMap<string, Cursor>;
}

interface Left {
  readonly at: number;
  readonly term: number;
  readonly handled: ReadonlyMap<string, Cursor>;
}

/** The interval of persistence, and what a transaction may wait for others. */
const persistMs = 300;
const nothing: Left = { at: 0, term: 0, handled: new Map() };

export function createResume(now: () => number, members: readonly Member[]): Resume {
  const leftByGroup = new Map<string, Left>();

  /** What it had the time to store; `null`: nobody can say. */
  function storedOf({ tab, recorder, ledAt }: Member, crashed: boolean): ReadonlyMap<string, Cursor> | null {
    const { page, browser } = tab;
    if (page.state() !== 'running' || browser.disk.troubledAt() >= page.openedAt) return null;
    if (!crashed) return recorder.handledBy(now());
    // The leader before may have had a storage that failed: this one has to have had the time to write.
    const since = Math.max(page.lastDisturbed(), ledAt);
    return now() - since > persistMs * 4 ? recorder.handledBy(now() - persistMs) : null;
  }

  return {
    leaves(member, crashed) {
      const { role, term } = member.tab.socket.status;
      if (role !== 'leader') return;
      const handled = storedOf(member, crashed);
      leftByGroup.set(member.group, { at: now(), term, handled: handled ?? nothing.handled });
    },
    handled(group, troubledAt) {
      const { at, term, handled } = leftByGroup.get(group) ?? nothing;
      if (troubledAt >= at) return nothing.handled;
      // A later leader may have stored its own places, below these, and gone without a word.
      const later = members.some((member) => member.group === group && member.highestTerm > term);
      return later ? nothing.handled : handled;
    },
  };
}
