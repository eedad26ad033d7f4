/** Says in the app's log who was refused and why; strangers can't fill it. */
import type { Clock, Logger } from './ports.ts';

/** One line per kind in so long; the next one tells how many were left out. */
const everyMs = 10_000;

interface Kind {
  saidAt: number;
  leftOut: number;
}

/** @returns `kind` is one of a few: they are remembered */
export function createRefusalLog(clock: Clock, logger: Logger) {
  const kinds = new Map<string, Kind>();

  return (kind: string, message: string, detail?: unknown): void => {
    const known = kinds.get(kind);
    if (known && clock.now() - known.saidAt < everyMs) {
      known.leftOut += 1;
      return;
    }
    const more = known?.leftOut ? ` (and ${known.leftOut} more since the last such line)` : '';
    kinds.set(kind, { saidAt: clock.now(), leftOut: 0 });
    logger.warn(message + more, detail);
  };
}

export type RefusalLog = ReturnType<typeof createRefusalLog>;
