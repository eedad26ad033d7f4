import type { Clock } from './ports.ts';

/** The work's outcome, or `late` as an error when it takes too long. */
export function within<T>(clock: Clock, ms: number, work: Promise<T>, late: Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(late));
    work.then(resolve, reject).finally(cancel);
  });
}
