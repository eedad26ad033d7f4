/** One direction of a connection: first in, first out, whatever the weather does meanwhile. */

export interface Weather {
  delayMs: number;
  jitterMs: number;
  held: boolean;
}

export interface Lane {
  push(run: () => void): void;
  /** Lets go what is due. */
  pump(): void;
}

export function createLane(weather: Readonly<Weather>): Lane {
  const waiting: { readonly run: () => void; readonly dueAt: number }[] = [];
  let timer: NodeJS.Timeout | undefined;

  function pump(): void {
    clearTimeout(timer);
    while (!weather.held) {
      const next = waiting[0];
      if (!next) return;
      const ms = next.dueAt - performance.now();
      if (ms > 0) {
        timer = setTimeout(pump, Math.ceil(ms));
        return;
      }
      waiting.shift();
      next.run();
    }
  }

  return {
    push(run) {
      const ownAt = performance.now() + weather.delayMs + Math.random() * weather.jitterMs;
      waiting.push({ run, dueAt: Math.max(ownAt, waiting.at(-1)?.dueAt ?? 0) });
      pump();
    },
    pump,
  };
}
