/** Broadcasts that come at most once per interval, with the last value, and only cost something if somebody listens. */
import type { Counters } from './diagnostics.ts';
import type { Cancel, Clock, Logger } from './ports.ts';
import { within } from './within.ts';

export interface ThrottleOptions<Payload> {
  /** At most one in so many milliseconds. */
  readonly everyMs: number;
  /** Makes the value when it is to be sent, if somebody listens then. May take 30 s. */
  readonly compute?: () => Payload | Promise<Payload>;
  /** Sends what it computes every `everyMs` without being touched. @defaultValue false */
  readonly repeat?: boolean;
  /** How long `value()` gives what was computed last. @defaultValue 60_000 */
  readonly cacheMs?: number;
}

/** Nothing here throws what went wrong with a broadcast, or waits for it: failures are counted and logged. */
export interface Throttled<Payload> {
  /** Sends this value, or a later one. */
  send(payload: Payload): void;
  /** Sends what `compute` gives then. @throws TypeError without `compute` */
  touch(): void;
  /** What was computed last, if that is not too long ago; else computes. Rejects with the error of `compute`. */
  value(): Promise<Payload>;
  close(): void;
}

interface ThrottleParts {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly name: string;
  readonly append: (payload: unknown) => Promise<unknown>;
  readonly isHeard: () => Promise<boolean>;
}

const computeTimeoutMs = 30_000;

export function createThrottled<Payload>(parts: ThrottleParts, options: ThrottleOptions<Payload>): Throttled<Payload> {
  const { clock, counters, logger, name, append, isHeard } = parts;
  const { everyMs, compute, repeat = false, cacheMs = 60_000 } = options;
  if (!(everyMs > 0)) throw new RangeError(`throttled(${name}): everyMs must be above 0`);
  let due: { readonly value: Payload } | 'computed' | null = null;
  let lastAt = Number.NEGATIVE_INFINITY;
  let cached: { readonly value: Promise<Payload>; readonly at: number } | null = null;
  let running = false;
  let closed = false;
  let cancel: Cancel | null = null;

  function computeNow(): Promise<Payload> {
    if (!compute) throw new TypeError(`throttled(${name}): give it a compute function`);
    const late = new Error(`compute took longer than ${computeTimeoutMs} ms`);
    const value = within(clock, computeTimeoutMs, (async () => compute())(), late);
    const entry = { value, at: clock.now() };
    cached = entry;
    value.catch(() => {
      if (cached === entry) cached = null;
    });
    return value;
  }

  async function sendDue(): Promise<void> {
    const sending = due;
    due = null;
    if (!sending || (sending === 'computed' && !(await isHeard()))) return;
    lastAt = clock.now();
    const value = sending === 'computed' ? await computeNow() : sending.value;
    if (!closed) await append(value);
  }

  function run(): void {
    cancel = null;
    running = true;
    if (repeat) due ??= 'computed';
    sendDue()
      .catch((error: unknown) => {
        counters.count('throttled_failures');
        logger.error(`The throttled broadcast ${name} failed`, error);
      })
      .finally(() => {
        running = false;
        if (repeat && !due) wait(everyMs);
        else schedule();
      });
  }

  function wait(ms: number): void {
    if (!closed) cancel ??= clock.after(ms, run);
  }

  function schedule(): void {
    if (closed || running || !due) return;
    const left = lastAt + everyMs - clock.now();
    if (left > 0) return wait(left);
    cancel?.();
    run();
  }

  if (repeat) wait(everyMs);

  return {
    send(payload) {
      due = { value: payload };
      schedule();
    },
    touch() {
      if (!compute) throw new TypeError(`throttled(${name}): give it a compute function`);
      due ??= 'computed';
      schedule();
    },
    async value() {
      return cached && clock.now() - cached.at < cacheMs ? cached.value : computeNow();
    },
    close() {
      closed = true;
      due = null;
      cancel?.();
    },
  };
}
