/** Drives the watch over the leader with real timers, and carries out what it decides. */
import type { Bus, Cancel, Clock } from '../../core/ports.ts';
import { askWaitMs, beginWatch, reduceWatch, type WatchEvent } from '../../core/watch.ts';

interface Watcher {
  /** Runs while this tab is visible and follows. */
  start(): void;
  stop(): void;
  heard(): void;
  otherAsked(): void;
}

interface WatcherDeps {
  readonly clock: Clock;
  readonly leaderTimeoutMs: number;
  readonly ask: () => void;
  /** A second channel object, to hear this tab's own asks on; `null`: there is none to be had. */
  readonly openLoopback: (onEcho: () => void) => Bus | null;
  readonly canSteal: () => boolean;
  /** Keeps all other tabs from stealing while `critical` runs; false: another tab is about to steal. */
  readonly beforeSteal: (critical: () => Promise<void>) => Promise<boolean>;
  readonly takeOver: () => void;
}

/** The grant comes within a task or two; until then nobody else may steal. */
const grantMs = 100;
const maxRefusals = 2;

export function createWatcher(deps: WatcherDeps): Watcher {
  const { clock, leaderTimeoutMs } = deps;
  let state = beginWatch(clock.now());
  let stopTimer: Cancel | null = null;
  let loopback: Bus | null = null;
  let heard = 0;
  /** Times in a row that another tab was about to steal. */
  let refused = 0;
  let endPause = (): void => {};

  function dispatch(event: WatchEvent): void {
    const step = reduceWatch(state, event, leaderTimeoutMs);
    state = step.state;
    if (state.asks === 0) closeLoopback();
    for (const effect of step.effects) {
      if (effect.type === 'wait') wait(effect.ms);
      else if (effect.type === 'steal') void trySteal().catch(() => {});
      else {
        // Only for as long as it asks: a channel object more costs a copy of every post.
        loopback ??= deps.openLoopback(() => dispatch({ type: 'echo' }));
        deps.ask();
      }
    }
  }

  async function trySteal(): Promise<void> {
    const isFree = await deps.beforeSteal(steal);
    refused = isFree ? 0 : refused + 1;
    if (refused < maxRefusals) return;
    // Whoever was about to steal had the time for it twice over: it hangs as the leader does.
    refused = 0;
    await steal();
  }

  /** One more ask, now that no other tab can steal in between. */
  async function steal(): Promise<void> {
    const before = heard;
    deps.ask();
    await pause(askWaitMs(leaderTimeoutMs));
    if (heard !== before || !stopTimer || !deps.canSteal()) return;
    deps.takeOver();
    await pause(grantMs);
  }

  /** Ends at `stop` too: a page that freezes runs no timers, and would keep the lock that it steals in. */
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      endPause = resolve;
      clock.after(ms, resolve);
    });

  function wait(ms: number): void {
    stopTimer?.();
    const dueAt = clock.now() + ms;
    stopTimer = clock.after(ms, () => {
      const now = clock.now();
      dispatch({ type: 'timer', now, lateMs: now - dueAt, canSteal: deps.canSteal() });
    });
  }

  function closeLoopback(): void {
    loopback?.close();
    loopback = null;
  }

  return {
    start() {
      state = beginWatch(clock.now());
      // What an earlier watch was about to do is off.
      heard += 1;
      wait(leaderTimeoutMs / 2);
    },
    stop() {
      stopTimer?.();
      stopTimer = null;
      endPause();
      closeLoopback();
    },
    heard() {
      heard += 1;
      dispatch({ type: 'heard', now: clock.now() });
    },
    otherAsked: () => dispatch({ type: 'other-asked', now: clock.now() }),
  };
}
