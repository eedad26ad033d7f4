/** Gathers what this page has; what the platform lacks is `null`. Called once, at the first socket. */
import type { Environment } from '../core/ports.ts';
import { openBus } from './bus.ts';
import { createClock } from './clock.ts';
import { createWebLock } from './lock.ts';
import { page } from './page.ts';
import { createPageStore } from './store.ts';

export function createBrowserEnvironment(): Environment {
  return {
    clock: createClock(),
    page,
    openBus: typeof BroadcastChannel === 'function' ? openBus : null,
    // Absent in insecure contexts, whatever the DOM's types say.
    lock: 'locks' in navigator && navigator.locks ? createWebLock(navigator.locks) : null,
    loadFallbackLock: async () => (await import('./fallback-lock.ts')).loadFallbackLock(),
    store: hasStore() ? createPageStore() : null,
  };
}

/** Where cookies are blocked the very look at `indexedDB` may throw. */
function hasStore(): boolean {
  try {
    return typeof indexedDB === 'object' && indexedDB !== null;
  } catch {
    return false;
  }
}
