/** How a state that is to outlive its tabs reaches its group's store, and the store the state. */
import type { Clock } from '../core/ports.ts';

/** The part of a group's store for what the app asked to be kept: nothing is written after a sign-out. */
export interface Shelf {
  get(key: string): Promise<unknown>;
  update(key: string, change: (old: unknown) => unknown): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A shared state as its keeper sees it. */
export interface KeptState {
  /** Names it among the group's states: name and version. */
  readonly key: string;
  readonly clock: Clock;
  /** What may be kept now; `undefined`: it is not loaded, or stale. */
  readonly current: () => unknown;
  /** Shows what was kept, stale, unless something was loaded already. */
  readonly show: (state: unknown) => void;
  readonly warn: (message: string, error?: unknown) => void;
}

export interface Keeper {
  /** The group is known: what it kept may be shown, and from now on be replaced. */
  open(shelf: Shelf): void;
  changed(): void;
  /** The group was left, or the state closed. */
  close(): void;
}

/** Where a shared state is kept beyond the life of its tabs: `indexedDb()` of `onesocket/persist`. */
export type Persist = (state: KeptState) => Keeper;
