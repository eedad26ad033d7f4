/** One page of a simulated browser: whether its code may run, and the ports `Clock` and `Page`. */
import type { Cancel, Clock, Page, PageFact } from '../core/ports.ts';
import type { Random } from './random.ts';
import type { Gate, Owner, Tasks } from './tasks.ts';

/**
 * - `hung`: one task that does not end; all others wait
 * - `frozen`: channel handlers run, timers and every other task do not (measured on Chromium)
 * - `cached`: in the back/forward cache, nothing runs
 * - `dead`: closed or crashed
 */
type PageState = 'running' | 'hung' | 'frozen' | 'cached' | 'dead';

export interface SimPage extends Owner {
  readonly name: string;
  readonly clock: Clock;
  readonly port: Page;
  state(): PageState;
  visible(): boolean;
  setState(next: PageState): void;
  setVisible(visible: boolean): void;
  /** A prerendered page is shown. */
  activate(): void;
  active(): boolean;
  /** Tells the page now, within the present task; a page that can't run is told when it can. */
  tell(fact: PageFact): void;
  /** What the page reported as uncaught. */
  readonly errors: readonly unknown[];
  readonly openedAt: number;
  /** Simulated time of the last moment at which its code could not run, or its timers were slow. */
  lastDisturbed(): number;
  /** Simulated time of the last moment at which its code could not run. */
  lastStopped(): number;
}

interface PageDeps {
  readonly name: string;
  readonly tasks: Tasks;
  readonly random: Random;
  readonly wall: () => number;
  readonly visible: boolean;
  /** Nobody has asked for the page yet. */
  readonly prerendered: boolean;
  readonly onError: (error: unknown) => void;
}

/** Chromium: a hidden page's timers run once a second, after five minutes once a minute. */
const hiddenAlignMs = 1_000;
const longHiddenMs = 300_000;
const longHiddenAlignMs = 60_000;

export function createPage(deps: PageDeps): SimPage {
  const { name, tasks, random, wall, visible: startsVisible, onError } = deps;
  const origin = tasks.now();
  const watchers = new Set<(fact: PageFact) => void>();
  const errors: unknown[] = [];
  let state: PageState = 'running';
  let visible = startsVisible;
  let active = !deps.prerendered;
  let hiddenAt = tasks.now();
  let disturbedAt = Number.NEGATIVE_INFINITY;
  let stoppedAt = Number.NEGATIVE_INFINITY;
  let ids = 0;
  let queue: (() => void)[] = [];

  function gate(kind: Parameters<Owner['gate']>[0], at: number): Gate {
    if (state === 'dead') return 'drop';
    if (state === 'hung' || state === 'cached') return 'hold';
    if (state === 'frozen') return kind === 'message' ? 'run' : 'hold';
    if (kind !== 'timer' || visible) return 'run';
    const align = at - hiddenAt >= longHiddenMs ? longHiddenAlignMs : hiddenAlignMs;
    return Math.ceil(at / align) * align;
  }

  function report(error: unknown): void {
    errors.push(error);
    onError(error);
  }

  function runQueue(): void {
    const due = queue;
    queue = [];
    for (const run of due) {
      try {
        run();
      } catch (error) {
        report(error);
      }
    }
  }

  function emit(fact: PageFact): void {
    for (const watcher of [...watchers]) {
      try {
        watcher(fact);
      } catch (error) {
        report(error);
      }
    }
  }

  const self: SimPage = {
    name,
    openedAt: origin,
    gate,
    report,
    errors,
    state: () => state,
    visible: () => visible,
    lastDisturbed: () => (state === 'running' && visible ? disturbedAt : tasks.now()),
    lastStopped: () => (state === 'running' ? stoppedAt : tasks.now()),
    setState(next) {
      if (state === 'dead') return;
      if (state !== 'running' || next !== 'running') stoppedAt = tasks.now();
      disturbedAt = Math.max(disturbedAt, stoppedAt);
      state = next;
      tasks.wake(self);
    },
    setVisible(next) {
      if (next !== visible) disturbedAt = tasks.now();
      if (!next && visible) hiddenAt = tasks.now();
      visible = next;
      tasks.wake(self);
    },
    active: () => active,
    activate() {
      active = true;
    },
    tell(fact) {
      if (state === 'running') emit(fact);
      else tasks.add(self, 'page', 0, () => emit(fact));
    },
    port: {
      visible: () => visible,
      active: () => active,
      watch(onFact): Cancel {
        const watcher = (fact: PageFact): void => onFact(fact);
        watchers.add(watcher);
        return () => void watchers.delete(watcher);
      },
    },
    clock: {
      wall: () => Math.floor(wall()),
      now: () => tasks.now() - origin,
      // Whole milliseconds: of a smaller rest the sum may be this very moment, again and again.
      after: (delayMs, run) => tasks.add(self, 'timer', Math.ceil(delayMs), run),
      soon(run) {
        queue.push(run);
        if (queue.length === 1) tasks.add(self, 'soon', 0, runQueue);
      },
      random: () => random.next(),
      uniqueId() {
        ids += 1;
        // The first part is by chance: ties between tabs are settled by their ids.
        return `${random.between(0x10, 0xff).toString(16)}-${name}-${ids}`;
      },
      report,
    },
  };
  return self;
}
