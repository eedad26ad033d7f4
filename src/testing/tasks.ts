/**
 * The simulated world's one event loop: tasks by time, one at a time, and after each all that its promises do.
 * Whoever owns a task says whether it may run now: a hidden page's timers wait, a hung page's everything.
 */
import { setImmediate } from 'node:timers';
import type { Cancel } from '../core/ports.ts';

export type TaskKind = 'timer' | 'soon' | 'message' | 'link' | 'store' | 'lock' | 'page' | 'server';

/** `hold`: kept, in order, until `wake`; a number: not before this time. */
export type Gate = 'run' | 'hold' | 'drop' | number;

export interface Owner {
  readonly name: string;
  gate(kind: TaskKind, at: number): Gate;
  /** A task threw. */
  report(error: unknown): void;
}

interface Task {
  readonly owner: Owner;
  readonly kind: TaskKind;
  readonly run: () => void;
  /** When it was meant to run. */
  readonly dueAt: number;
  /** How long it was set to wait: tells a periodic timer from what is under way. */
  readonly delayMs: number;
  at: number;
  order: number;
  cancelled: boolean;
}

export interface Tasks {
  now(): number;
  add(owner: Owner, kind: TaskKind, delayMs: number, run: () => void): Cancel;
  /** What `owner` was kept from running is due now. */
  wake(owner: Owner): void;
  /** Until simulated time `end`. */
  runUntil(end: number): Promise<void>;
  /** Is anything under way within `ms`, long timers apart? */
  busy(ms: number): boolean;
  /** Tasks run so far. */
  count(): number;
}

/** Timers of at least this length are periodic, or bounds that nobody waits for. */
const longTimerMs = 900;
/** So many tasks without time going on: somebody asks and answers for ever. */
const maxAtOnce = 50_000;

export function createTasks(afterEach: () => void = () => {}): Tasks {
  let now = 0;
  let orders = 0;
  let ran = 0;
  let heap: Task[] = [];
  const heldByOwner = new Map<Owner, Task[]>();

  const before = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

  function push(task: Task): void {
    orders += 1;
    task.order = orders;
    heap.push(task);
    for (let index = heap.length - 1; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!swapIf(index, parent)) return;
      index = parent;
    }
  }

  /** Puts the earlier of the two at `b`. */
  function swapIf(a: number, b: number): boolean {
    const first = heap[a];
    const second = heap[b];
    if (!first || !second || !before(first, second)) return false;
    heap[a] = second;
    heap[b] = first;
    return true;
  }

  function pop(): Task | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    heap[0] = last;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const a = heap[left];
      const b = heap[left + 1];
      if (!a) return first;
      const child = b && before(b, a) ? left + 1 : left;
      if (!swapIf(child, index)) return first;
      index = child;
    }
  }

  /** False: it may not run now. */
  function admit(task: Task): boolean {
    const gate = task.owner.gate(task.kind, task.at);
    if (gate === 'run') return true;
    if (gate === 'hold') {
      const held = heldByOwner.get(task.owner) ?? [];
      held.push(task);
      heldByOwner.set(task.owner, held);
    } else if (typeof gate === 'number') {
      if (gate <= now) return true;
      task.at = gate;
      push(task);
    }
    return false;
  }

  return {
    now: () => now,
    count: () => ran,
    add(owner, kind, delayMs, run) {
      const at = now + Math.max(0, delayMs);
      const task: Task = { owner, kind, run, dueAt: at, delayMs, at, order: 0, cancelled: false };
      push(task);
      return () => {
        task.cancelled = true;
      };
    },
    wake(owner) {
      const held = heldByOwner.get(owner) ?? [];
      heldByOwner.delete(owner);
      for (const task of held) {
        task.at = Math.max(now, task.dueAt);
        push(task);
      }
      // Timers that were put off because the page was hidden.
      const all = heap;
      heap = [];
      for (const task of all.sort((a, b) => (before(a, b) ? -1 : 1))) {
        if (task.owner === owner && task.at > task.dueAt) task.at = Math.max(now, task.dueAt);
        push(task);
      }
    },
    busy(ms) {
      return heap.some(
        (task) =>
          !task.cancelled &&
          task.at <= now + ms &&
          task.delayMs < longTimerMs &&
          task.owner.gate(task.kind, task.at) === 'run',
      );
    },
    async runUntil(end) {
      let atOnce = 0;
      await turn();
      for (let task = heap[0]; task && task.at <= end; task = heap[0]) {
        pop();
        if (task.at > now) atOnce = 0;
        atOnce += 1;
        if (atOnce > maxAtOnce) throw new Error(`Tasks without end at ${now} ms: ${task.kind} of ${task.owner.name}`);
        now = Math.max(now, task.at);
        if (task.cancelled || !admit(task)) continue;
        ran += 1;
        try {
          task.run();
        } catch (error) {
          task.owner.report(error);
        }
        await turn();
        afterEach();
      }
      now = Math.max(now, end);
    },
  };
}

/** Node's own, and as it is now: a test's environment may lack it, its fake timers may replace it. */
const immediate = setImmediate;
/** Promises are real: a turn of the real event loop lets all of them go on as far as they can. */
const turn = (): Promise<void> => new Promise((resolve) => immediate(resolve));
