import type { Clock } from '../core/ports.ts';

export function createClock(): Clock {
  // A MessageChannel's task has no timer's delay or throttling, and a frozen page does not run it.
  const { port1, port2 } = new MessageChannel();
  let queue: (() => void)[] = [];
  port1.onmessage = () => {
    const due = queue;
    queue = [];
    for (const run of due) {
      try {
        run();
      } catch (error) {
        report(error);
      }
    }
  };

  return {
    wall: () => Date.now(),
    now: () => performance.now(),
    after(delayMs, run) {
      // Beyond 2^31 a browser's timer would fire at once.
      const timer = setTimeout(run, Math.min(delayMs, 2 ** 31 - 1));
      return () => clearTimeout(timer);
    },
    soon(run) {
      queue.push(run);
      if (queue.length === 1) port2.postMessage(null);
    },
    random: () => Math.random(),
    uniqueId,
    report,
  };
}

/** `crypto.randomUUID` is for secure contexts only; 16 random bytes are as good. */
function uniqueId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error);
  else console.error(error);
}
