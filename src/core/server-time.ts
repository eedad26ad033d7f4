/** The server's time, counted on from what was heard last by a clock that does not jump. */
import type { Clock } from './ports.ts';

/** As far as the wall clock and the other one may move apart before neither is believed. */
const trustedMs = 60_000;

interface ServerTime {
  hear(time: number): void;
  /**
   * Rounded down. `null`: none was heard yet, or the machine slept meanwhile, when the clock that does not jump stands
   * in some browsers, or the wall clock was set: which of them can't be told, so it has to be heard anew.
   */
  now(): number | null;
}

export function createServerTime(clock: Clock): ServerTime {
  let heard: { readonly ahead: number; readonly wallAhead: number } | null = null;
  const wallAhead = (): number => clock.wall() - clock.now();

  return {
    hear(time) {
      heard = { ahead: time - clock.now(), wallAhead: wallAhead() };
    },
    now() {
      if (!heard || Math.abs(wallAhead() - heard.wallAhead) > trustedMs) return null;
      return Math.floor(clock.now() + heard.ahead);
    },
  };
}
