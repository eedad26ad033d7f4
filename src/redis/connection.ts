/** A connection of our own: watched, and replaced when it no longer answers. */
import type { Cancel, Clock, Logger } from '../server/ports.ts';
import { duplicate, longestWaitMs, type RedisClient } from './client.ts';

interface ConnectionOptions {
  /** The app's own. */
  readonly client: RedisClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeoutMs: number;
  /** For the log. */
  readonly name: string;
  readonly disableOfflineQueue: boolean;
  /** Each time that it can be used, again or for the first time. */
  readonly onReady: (client: RedisClient) => void;
}

interface Connection {
  /** `null`: closed. Not ready: being opened. */
  current(): RedisClient | null;
  /** Why it is not ready. */
  lastError(): Error | null;
  /** Opens another in its place, unless that was done just now. */
  replace(why: string): void;
  close(): void;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { client, clock, logger, timeoutMs, name, disableOfflineQueue, onReady } = options;
  let current: RedisClient | null = null;
  let lastError: Error | null = null;
  let openedAt = 0;
  let failedAt = -Infinity;
  let cancelWatch: Cancel = () => {};

  function open(): void {
    const mine = duplicate(client, disableOfflineQueue);
    current = mine;
    openedAt = clock.now();
    mine.on('error', (error) => {
      if (mine !== current) return;
      // One line per outage, not one per attempt.
      if (!lastError) logger.warn(`The ${name} connection to Redis is down; opened again until it stands`, error);
      lastError = error;
      failedAt = clock.now();
    });
    mine.on('ready', () => {
      if (mine !== current) return;
      lastError = null;
      onReady(mine);
    });
    // Told by `error`.
    mine.connect().catch(() => {});
  }

  function replace(why: string): void {
    const old = current;
    if (!old || clock.now() - openedAt < timeoutMs) return;
    if (!lastError) logger.warn(`The ${name} connection to Redis is replaced: ${why}`);
    lastError ??= new Error(why);
    open();
    old.destroy();
  }

  /**
   * A server that hangs, or a cut that no packet tells of: neither closes the socket.
   * The same for one whose handshake is not answered. One that is refused tries again by itself, more and more
   * slowly; another in its place would begin with short waits.
   */
  function watch(): void {
    cancelWatch = clock.after(timeoutMs, () => {
      const mine = current;
      if (!mine) return;
      let answered = false;
      if (mine.isReady) {
        mine.ping().then(
          () => {
            answered = true;
          },
          () => {},
        );
      }
      cancelWatch = clock.after(timeoutMs, () => {
        const isTrying = clock.now() - failedAt < longestWaitMs + timeoutMs;
        if (mine === current && !answered && !isTrying) replace(`no answer within ${timeoutMs} ms`);
        watch();
      });
    });
  }

  open();
  watch();

  return {
    current: () => current,
    lastError: () => lastError,
    replace,
    close() {
      cancelWatch();
      const old = current;
      current = null;
      old?.destroy();
    },
  };
}
