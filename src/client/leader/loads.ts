/** The leader's choice of who loads a shared state: one tab for all, and the next one when it is gone or late. */
import type { LeaderBody, TabBody } from '../../core/envelope.ts';
import type { Cancel, Clock } from '../../core/ports.ts';
import { maxTabs } from './roster.ts';

/** The loading tab is asked again and again, and says that it is still at it; silent to two in a row, it is gone. */
const askAgainMs = 1_000;
const maxUnanswered = 2;
/** Shared states of one group; beyond, one that nobody waits for is forgotten. */
const maxStates = 200;

interface Loads {
  want(tab: string, body: TabBody & { readonly type: 'want' }): void;
  loaded(tab: string, body: TabBody & { readonly type: 'loaded' }): void;
  /** A refresh: what the tabs have is no longer worth passing on. */
  invalidate(): void;
  forget(tab: string): void;
  close(): void;
}

interface Entry {
  readonly name: string;
  readonly version: number;
  /** Tabs that have this state, by whether they can pass it on; in the order of asking. */
  readonly freshByTab: Map<string, boolean>;
  readonly wanting: Set<string>;
  loader: { readonly tab: string; unanswered: number; stop: Cancel } | null;
}

interface LoadsDeps {
  readonly clock: Clock;
  readonly tab: string;
  readonly tell: (body: LeaderBody, to: readonly string[]) => void;
}

export function createLoads({ clock, tab: self, tell }: LoadsDeps): Loads {
  const entries = new Map<string, Entry>();

  function next(entry: Entry): void {
    if (entry.loader || entry.wanting.size === 0) return;
    // This tab before all others: it is surely there.
    const tab =
      [self, ...entry.freshByTab.keys()].find((candidate) => entry.freshByTab.get(candidate)) ??
      (entry.wanting.has(self) ? self : [...entry.wanting][0]);
    if (tab === undefined) return;
    entry.loader = { tab, unanswered: 0, stop: () => {} };
    ask(entry, entry.loader);
  }

  function ask(entry: Entry, loader: NonNullable<Entry['loader']>): void {
    if (loader.unanswered === maxUnanswered) return failed(entry, loader.tab);
    loader.unanswered += 1;
    loader.stop = clock.after(askAgainMs, () => ask(entry, loader));
    tell({ type: 'load', name: entry.name, version: entry.version }, [loader.tab]);
  }

  function dropIdle(): boolean {
    for (const [key, entry] of entries) {
      if (entry.loader || entry.wanting.size > 0) continue;
      return entries.delete(key);
    }
    return false;
  }

  function failed(entry: Entry, tab: string): void {
    if (entry.loader?.tab !== tab) return;
    entry.loader.stop();
    entry.loader = null;
    entry.freshByTab.set(tab, false);
    entry.wanting.delete(tab);
    next(entry);
  }

  return {
    want(tab, { name, version, fresh }) {
      const key = JSON.stringify([name, version]);
      let entry = entries.get(key);
      if (!entry) {
        if (entries.size >= maxStates && !dropIdle()) return;
        entry = { name, version, freshByTab: new Map(), wanting: new Set(), loader: null };
        entries.set(key, entry);
      }
      if (entry.loader?.tab === tab) entry.loader.unanswered = 0;
      if (entry.freshByTab.size >= maxTabs && !entry.freshByTab.has(tab)) return;
      entry.freshByTab.set(tab, fresh);
      if (!fresh) entry.wanting.add(tab);
      next(entry);
    },
    loaded(tab, { name, version, position }) {
      const entry = entries.get(JSON.stringify([name, version]));
      if (!entry) return;
      if (!position) return failed(entry, tab);
      if (entry.loader?.tab === tab) {
        entry.loader.stop();
        entry.loader = null;
      }
      if (entry.freshByTab.has(tab) || entry.freshByTab.size < maxTabs) entry.freshByTab.set(tab, true);
      // Who could not use it says so with another `want`.
      entry.wanting.clear();
    },
    invalidate() {
      for (const entry of entries.values()) {
        for (const tab of entry.freshByTab.keys()) entry.freshByTab.set(tab, false);
      }
    },
    forget(tab) {
      for (const entry of entries.values()) {
        failed(entry, tab);
        entry.freshByTab.delete(tab);
        entry.wanting.delete(tab);
      }
    },
    close() {
      for (const entry of entries.values()) entry.loader?.stop();
      entries.clear();
    },
  };
}
