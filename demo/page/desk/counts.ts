/** Asks the server, while the tab is visible, what it counts for this browser. */
import { useEffect, useSyncExternalStore } from 'react';
import type { ServerCounts } from '../../shared/desk.ts';
import { session } from '../session.ts';
import { socket } from '../socket.ts';

const everyMs = 1_000;

let current: ServerCounts | null = null;
let asking = false;
const listeners = new Set<() => void>();

async function ask(): Promise<void> {
  if (asking || document.visibilityState !== 'visible') return;
  asking = true;
  const client = encodeURIComponent(socket.diagnostics().client);
  // A server that is away is no news here: the panel shows that nothing is known.
  current = await session.request<ServerCounts>(`/api/v1/desk/server?client=${client}`).catch(() => null);
  asking = false;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** `null` before the first answer, and while the server does not answer. */
export function useCounts(): ServerCounts | null {
  useEffect(() => {
    void ask();
    const timer = setInterval(ask, everyMs);
    return () => clearInterval(timer);
  }, []);
  return useSyncExternalStore(subscribe, () => current);
}
