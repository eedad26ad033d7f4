/** Gathers what this page has; what the platform lacks is `null`. Called once, at the first socket. */
import type { Environment } from '../core/ports.ts';
import { openBus } from './bus.ts';
import { createClock } from './clock.ts';
import { createWebLock } from './lock.ts';
import { page } from './page.ts';
import { createPageStore } from './store.ts';

export function createBrowserEnvironment(): Environment {
  const shares = mayShare();
  return {
    clock: createClock(),
    page,
    openBus: shares && typeof BroadcastChannel === 'function' ? openBus : null,
    // Absent in insecure contexts, whatever the DOM's types say.
    lock: shares && 'locks' in navigator && navigator.locks ? createWebLock(navigator.locks) : null,
    loadFallbackLock: async () => (await import('./fallback-lock.ts')).loadFallbackLock(),
    store: shares && hasStore() ? createPageStore() : null,
  };
}

/**
 * A sandboxed frame and a page whose cookies are blocked share nothing with other tabs. Locks are there and
 * refuse every request, a channel may be there and reach nobody: only this look tells it at once.
 */
function mayShare(): boolean {
  try {
    void localStorage;
    return true;
  } catch {
    return false;
  }
}

/** The very look at `indexedDB` may throw. */
function hasStore(): boolean {
  try {
    return typeof indexedDB === 'object' && indexedDB !== null;
  } catch {
    return false;
  }
}
