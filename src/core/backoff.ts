/** Exponential backoff, named and numbered as in socket.io-client; the chance comes in from outside. */
export interface Backoff {
  readonly reconnectionDelay: number;
  readonly reconnectionDelayMax: number;
  /** Share of the delay that is drawn by chance: 1 is full jitter, 0 none. */
  readonly randomizationFactor: number;
  readonly reconnectionAttempts: number;
}

/** Milliseconds to wait before try number `retries` (from 0). */
export function backoffMs(options: Backoff, retries: number, random: number): number {
  const ceiling = Math.min(options.reconnectionDelayMax, options.reconnectionDelay * 2 ** Math.min(retries, 30));
  return Math.round(ceiling * (1 - options.randomizationFactor * random));
}
