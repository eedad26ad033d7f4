/**
 * An election by messages for pages without Web Locks (plain http). Two tabs may win at once and nothing
 * can be taken from a hung one: a higher term settles both, here and at the companion.
 */
import type { Lock } from '../core/ports.ts';

/** The package is imported here and not at the top: a bundle without splitting would run it at start-up. */
export async function loadFallbackLock(): Promise<Lock> {
  const { BroadcastChannel, createLeaderElection } = await import('broadcast-channel');
  return {
    exclusive: false,
    request(name, how, { onGranted, onLost }) {
      let ended = false;
      const granted = (): void => {
        if (!ended) onGranted();
      };
      if (how === 'steal') {
        // There is no lock to take: whoever hears the higher `lead` steps down.
        queueMicrotask(granted);
        return () => {
          ended = true;
        };
      }
      // A channel of its own: the package would stumble over the tabs' messages, and they over its.
      const channel = new BroadcastChannel(`${name}:election`, { webWorkerSupport: false });
      const elector = createLeaderElection(channel);
      elector.onduplicate = () => {};
      elector.awaitLeadership().then(granted, () => {
        if (!ended) onLost();
      });
      return () => {
        if (ended) return;
        ended = true;
        void elector
          .die()
          .then(() => channel.close())
          .catch(() => {});
      };
    },
    async ifFree(_name, critical) {
      await critical();
      return true;
    },
    holder: async () => null,
  };
}
