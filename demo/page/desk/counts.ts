/** Asks the server, while the tab is visible, what it counts for this browser. */
import type { ServerCounts } from '../../shared/desk.ts';
import type { session as theSession } from '../session.ts';

const everyMs = 1_000;

export interface Counts {
  current(): ServerCounts | null;
  close(): void;
}

export function createCounts(session: typeof theSession, clientOf: () => string): Counts {
  let current: ServerCounts | null = null;
  let asking = false;

  async function ask(): Promise<void> {
    if (asking || document.visibilityState !== 'visible') return;
    asking = true;
    // A server that is away is no news here: the panel shows that nothing is known.
    current = await session
      .request<ServerCounts>(`/api/v1/desk/server?client=${encodeURIComponent(clientOf())}`)
      .catch(() => null);
    asking = false;
  }

  const timer = setInterval(ask, everyMs);
  void ask();
  return {
    current: () => current,
    close: () => clearInterval(timer),
  };
}
