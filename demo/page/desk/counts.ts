/** Asks the server, while the tab is visible and somebody wants to know, what it counts for this browser. */
import { useSyncExternalStore } from 'react';
import type { ServerCounts } from '../../shared/desk.ts';
import { session } from '../session.ts';
import { socket } from '../socket.ts';

const everyMs = 1_000;

let current: ServerCounts | null = null;
let asking = false;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();
const names = new Set<string>();

async function ask(): Promise<void> {
  if (asking || document.visibilityState !== 'visible') return;
  asking = true;
  const client = encodeURIComponent(socket.diagnostics().client);
  // A server that is away is no news here: the panel shows that nothing is known.
  current = await session.request<ServerCounts>(`/api/v1/desk/server?client=${client}`).catch(() => null);
  asking = false;
  for (const { name } of current?.nodes ?? []) names.add(name);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    void ask();
    timer = setInterval(ask, everyMs);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** `null` before the first answer, and while the server does not answer. */
export const useCounts = (): ServerCounts | null => useSyncExternalStore(subscribe, () => current);

/** The nodes that were ever seen from here, also those that are gone. */
export const nodeNames = (): readonly string[] => [...names].sort();
