/**
 * Is the leader alive? A visible follower that hears nothing asks; after asks in a row without an
 * answer it may steal. A slow network is no reason, and neither is this tab's own absence: a timer that
 * fires late, or a channel that does not bring back this tab's own asks, starts the count again.
 */

export interface WatchState {
  /** Monotonic time of the last life sign of the leader, or of the moment the watch began. */
  readonly heardAt: number;
  /** The ask under way: 1 or 2; 0: none. */
  readonly asks: number;
  readonly askedAt: number;
  /** The last ask came back on the tab's second channel object. */
  readonly echoed: boolean;
  /** Waited once for another tab's ask in this silence: not for ever. */
  readonly deferred: boolean;
}

export type WatchEvent =
  /** The leader said something from a task of its own. */
  | { readonly type: 'heard'; readonly now: number }
  /** Another follower asked: its answer serves this tab too. */
  | { readonly type: 'other-asked'; readonly now: number }
  | { readonly type: 'echo' }
  /** A timer set by `wait` fired; `lateMs`: by how much too late. */
  | { readonly type: 'timer'; readonly now: number; readonly lateMs: number; readonly canSteal: boolean };

type WatchEffect =
  | { readonly type: 'ask' }
  | { readonly type: 'steal' }
  | { readonly type: 'wait'; readonly ms: number };

interface Step {
  readonly state: WatchState;
  readonly effects: readonly WatchEffect[];
}

/** Steals within a minute, over the whole group: what steals can't mend, more steals won't. */
export const maxSteals = 3;

/** Asks that go unanswered before a steal; one more is sent inside the steal's own lock. */
const asksBeforeSteal = 2;

export const beginWatch = (now: number): WatchState => ({
  heardAt: now,
  asks: 0,
  askedAt: 0,
  echoed: false,
  deferred: false,
});

/** How long one ask waits for its answer. */
export const askWaitMs = (leaderTimeoutMs: number): number => leaderTimeoutMs / 8;
const silenceMs = (leaderTimeoutMs: number): number => leaderTimeoutMs / 2;

export function reduceWatch(state: WatchState, event: WatchEvent, leaderTimeoutMs: number): Step {
  switch (event.type) {
    case 'heard':
      return { state: beginWatch(event.now), effects: [] };
    case 'other-asked': {
      // As if the silence had begun so late that this tab's own ask comes after the other's two.
      const heardAt = event.now - silenceMs(leaderTimeoutMs) + asksBeforeSteal * askWaitMs(leaderTimeoutMs);
      if (state.asks > 0 || state.deferred) return { state, effects: [] };
      return { state: { ...state, heardAt: Math.max(state.heardAt, heardAt), deferred: true }, effects: [] };
    }
    case 'echo':
      return { state: state.asks > 0 ? { ...state, echoed: true } : state, effects: [] };
    case 'timer':
      return onTimer(state, event, leaderTimeoutMs);
    default:
      return event satisfies never;
  }
}

function onTimer(state: WatchState, event: WatchEvent & { readonly type: 'timer' }, leaderTimeoutMs: number): Step {
  const { now, lateMs } = event;
  const askMs = askWaitMs(leaderTimeoutMs);
  const ask = (asks: number): Step => ({
    state: { ...state, asks, askedAt: now, echoed: false },
    effects: [{ type: 'ask' }, { type: 'wait', ms: askMs }],
  });
  // This tab itself was away: what the leader said meanwhile may still be in its queue.
  if (lateMs > askMs) return { state: beginWatch(now), effects: [{ type: 'wait', ms: silenceMs(leaderTimeoutMs) }] };
  if (state.asks === 0) {
    const quietMs = now - state.heardAt;
    if (quietMs >= silenceMs(leaderTimeoutMs)) return ask(1);
    return { state, effects: [{ type: 'wait', ms: silenceMs(leaderTimeoutMs) - quietMs }] };
  }
  const leftMs = state.askedAt + askMs - now;
  if (leftMs > 0) return { state, effects: [{ type: 'wait', ms: leftMs }] };
  if (!state.echoed) return ask(1);
  if (state.asks < asksBeforeSteal) return ask(state.asks + 1);
  const begin = beginWatch(now);
  const wait: WatchEffect = { type: 'wait', ms: silenceMs(leaderTimeoutMs) };
  return { state: begin, effects: event.canSteal ? [{ type: 'steal' }, wait] : [wait] };
}
