/** Web Locks as the port wants them. https://w3c.github.io/web-locks/ */
import type { Lock } from '../core/ports.ts';

export function createWebLock(locks: LockManager): Lock {
  return {
    exclusive: true,
    request(name, how, { onGranted, onLost }) {
      const abort = new AbortController();
      let ended = false;
      let release = (): void => {};
      const end = (): boolean => {
        const before = ended;
        ended = true;
        return !before;
      };
      // `steal` can't be combined with a signal, and needs none: it is granted at once.
      const options = how === 'steal' ? { steal: true } : { signal: abort.signal };
      const held = locks.request(name, options, () => {
        if (ended) return;
        onGranted();
        return new Promise<void>((resolve) => {
          release = resolve;
          if (ended) resolve();
        });
      });
      // Rejected when it was stolen, and by WebKit when the page went into its cache.
      const lost = (): void => {
        if (end()) onLost();
      };
      held.then(lost, lost);
      return () => {
        if (!end()) return;
        release();
        abort.abort();
      };
    },
    async ifFree(name, critical) {
      return locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock) await critical();
        return lock !== null;
      });
    },
    async holder(name) {
      const { held } = await locks.query();
      return held?.find((lock) => lock.name === name)?.clientId ?? null;
    },
  };
}
