/**
 * A shared state in one tab: a snapshot with the places up to which it counts, and the tail of events.
 * While it is stale every event is held; a load that reaches far enough makes it right again.
 */
import type { Clock } from '../../core/ports.ts';
import type { RefreshReason } from '../../protocol/codes.ts';
import { type Cursor, type Cursors, furthest } from '../../protocol/cursor.ts';
import type { Refresh, WireEvent } from '../../protocol/messages.ts';
import { oneSocketError } from '../errors.ts';
import type { Logger } from '../option-types.ts';
import type { Shelf } from '../persist-types.ts';
import type { SharedState, StateOptions, StateSnapshot, StreamEvent } from '../types.ts';
import { loadOnce } from './load-once.ts';
import { createWishes } from './wishes.ts';

const maxHeld = 5_000;
const maxTries = 3;
const retryMs = 500;

/** Whatever the state's type is, this is how the participant deals with it. */
export interface StatePart {
  readonly name: string;
  readonly version: number;
  fresh(): boolean;
  /** The group's shelf: what is kept there of this state may be shown. */
  open(shelf: Shelf): void;
  apply(stream: string, epoch: string, event: WireEvent): void;
  refresh(refresh: Refresh): void;
  /** The tab's first place in a stream. */
  start(stream: string, cursor: Cursor): void;
  /** One post has been handled: subscribers hear of it once. */
  flush(): void;
  /** A snapshot that another tab, or a sibling here, passes on. */
  offer(state: unknown, position: Cursors): void;
  /** Loads, or passes on what it has; `null`: it could not. */
  supply(): Promise<{ readonly state: unknown; readonly position: Cursors } | null>;
  /** Nobody's any more: another user may come. */
  reset(): void;
  close(): void;
}

interface StateDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cursors: () => Cursors;
  /** Asks the leader for a snapshot. */
  readonly want: () => void;
  readonly onClose: () => void;
}

interface Held {
  readonly stream: string;
  readonly epoch: string;
  readonly event: WireEvent;
}
type AnyReducer = (state: unknown, payload: unknown, event: StreamEvent) => unknown;

export function createState<State>(
  options: StateOptions<State>,
  { clock, logger, cursors, want, onClose }: StateDeps,
): { readonly part: StatePart; readonly shared: SharedState<State> } {
  const { name, version = 0, persist } = options;
  const reducers = new Map(Object.entries(options.on) as [string, AnyReducer][]);
  const subscribers = new Set<() => void>();
  let snapshot: StateSnapshot<State> = Object.freeze({ state: undefined, stale: true });
  /** Events up to here are in the snapshot. */
  let counted: Cursors = {};
  let held: Held[] = [];
  /** Where holding began, per stream: what lies before is only to be had in a snapshot. */
  let heldFrom: Cursors = cursors();
  let reason: 'first' | RefreshReason = 'first';
  let dirty = false;
  let closed = false;
  /** Changes when the state becomes nobody's: a load of before is worth nothing. */
  let life = 0;
  let abort: AbortController | null = null;
  const wishes = createWishes(clock, () => {
    if (snapshot.stale && !closed) want();
  });
  let resolveReady: (state: State) => void = () => {};
  let rejectReady: (error: Error) => void = () => {};
  const ready = new Promise<State>((resolve, reject) => {
    resolveReady = resolve;
    rejectReady = reject;
  });
  // Nobody has to wait for it.
  ready.catch(() => {});
  const keeper = persist?.({
    key: JSON.stringify([name, version]),
    clock,
    current: () => (snapshot.stale ? undefined : snapshot.state),
    show(state) {
      if (snapshot.state !== undefined) return;
      set({ ...snapshot, state: state as State });
      flush();
    },
    warn: (message, error) => logger.warn(`state "${name}": ${message}`, error),
  });

  function set(next: StateSnapshot<State>): void {
    snapshot = Object.freeze(next);
    dirty = true;
    if (!next.stale) keeper?.changed();
  }

  function flush(): void {
    if (!dirty) return;
    dirty = false;
    for (const subscriber of [...subscribers]) {
      try {
        subscriber();
      } catch (error) {
        clock.report(error);
      }
    }
  }

  function reduce({ stream, epoch, event }: Held): void {
    const upTo = counted[stream];
    if (upTo?.epoch === epoch && event.id <= upTo.id) return;
    const reducer = reducers.get(event.type);
    if (!reducer || snapshot.state === undefined) return;
    try {
      const { id, type, payload, timestamp } = event;
      const state = reducer(snapshot.state, payload, { id, type, payload, timestamp, stream }) as State;
      if (state !== snapshot.state) set({ ...snapshot, state });
    } catch (error) {
      clock.report(error);
    }
  }

  function stale(why: RefreshReason, from: Cursors): void {
    reason = why;
    held = [];
    heldFrom = from;
    set({ ...snapshot, stale: true });
    wishes.now();
  }

  /** Does a snapshot of that position lead on to what this tab has, without a hole? */
  function reaches(position: Cursors): boolean {
    for (const [stream, { epoch, id }] of Object.entries(heldFrom)) {
      const place = position[stream];
      if (place?.epoch !== epoch || place.id < id) return false;
    }
    const own = cursors();
    return Object.entries(position).every(([stream, { epoch }]) => (own[stream]?.epoch ?? epoch) === epoch);
  }

  function accept(state: State, position: Cursors): boolean {
    if (!reaches(position)) return false;
    counted = position;
    wishes.stop();
    const tail = held;
    held = [];
    set({ state, stale: false });
    for (const entry of tail) reduce(entry);
    if (snapshot.state !== undefined) resolveReady(snapshot.state);
    flush();
    return true;
  }

  /** The snapshot counts up to the tab's cursors, or further where the load did. */
  const reached = (): Cursors => furthest(counted, cursors());

  async function supply(): Promise<{ readonly state: unknown; readonly position: Cursors } | null> {
    const mine = life;
    for (let tries = 0; tries < maxTries && mine === life; tries += 1) {
      if (!snapshot.stale) return { state: snapshot.state, position: reached() };
      let error: unknown;
      try {
        abort = new AbortController();
        const loaded = await loadOnce(options, clock, { reason, abort, atCall: cursors() });
        if (mine !== life) return null;
        if (!snapshot.stale || accept(loaded.state, loaded.position)) continue;
        // Read before the place that it has to reach: no fault of the app's, only too early.
        error = oneSocketError('timeout', `load of "${name}" returned a position older than this tab's`);
      } catch (thrown) {
        if (mine !== life) return null;
        error = thrown;
        clock.report(thrown);
      }
      set({ ...snapshot, error });
      flush();
      await new Promise<void>((resolve) => void clock.after(retryMs * 2 ** tries, resolve));
    }
    if (mine !== life) return null;
    if (!snapshot.stale) return { state: snapshot.state, position: reached() };
    // Nobody else may be there to load it: ask again, ever more rarely.
    wishes.later();
    return null;
  }

  const part: StatePart = {
    name,
    version,
    fresh: () => !snapshot.stale,
    open: (shelf) => keeper?.open(shelf),
    apply(stream, epoch, event) {
      if (!snapshot.stale) return reduce({ stream, epoch, event });
      if (held.length < maxHeld) return void held.push({ stream, epoch, event });
      // Beyond the bound only another load can make it right.
      held = [];
      heldFrom = { ...cursors() };
      wishes.now();
    },
    refresh({ stream, epoch, id, reason: why }) {
      const { [stream]: _, ...others } = cursors();
      if (why === 'permissions_changed') return stale(why, others);
      stale(why, { ...others, [stream]: { epoch, id } });
    },
    start(stream, cursor) {
      if (snapshot.stale) heldFrom = { ...heldFrom, [stream]: cursor };
      const upTo = counted[stream];
      if (snapshot.stale || !upTo || (upTo.epoch === cursor.epoch && upTo.id >= cursor.id)) return;
      // The snapshot was loaded before this tab had a place, and the place is beyond it.
      stale('gap', { ...cursors(), [stream]: cursor });
    },
    flush,
    offer(state, position) {
      if (snapshot.stale && !closed && !accept(state as State, position)) wishes.later();
    },
    supply,
    reset() {
      life += 1;
      wishes.stop();
      counted = {};
      held = [];
      heldFrom = {};
      reason = 'first';
      abort?.abort();
      keeper?.close();
      set({ state: undefined, stale: true });
      flush();
    },
    close() {
      if (closed) return;
      closed = true;
      life += 1;
      wishes.stop();
      abort?.abort();
      keeper?.close();
      subscribers.clear();
      rejectReady(oneSocketError('closed', `The state "${name}" was closed`));
      onClose();
    },
  };
  const shared: SharedState<State> = {
    getSnapshot: () => snapshot,
    subscribe(onChange) {
      subscribers.add(onChange);
      return () => void subscribers.delete(onChange);
    },
    ready,
    close: part.close,
  };
  wishes.now();
  return { part, shared };
}
