/** A shared state of one tab: all events of its user's streams. In the end it must equal what was sent. */
import type { SharedState } from '../client/types.ts';
import type { Ledger } from './ledger.ts';
import type { Realm, SimTab } from './realm.ts';

export interface Replica {
  /** What is wrong with it once all is settled; `null`: nothing. */
  difference(): string | null;
  /** The user left, or the page did. */
  close(): void;
}

/** Loads like an app: position first, then the data, over a network that may be down. */
export function createReplica(tab: SimTab, realm: Realm, ledger: Ledger): Replica {
  const { clock } = tab.page;
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

  async function load(): Promise<{ readonly state: ReadonlySet<number>; readonly position: string }> {
    const realtime = realm.server.realtime();
    const { network } = tab.browser;
    await wait(10);
    if (!realtime || realtime !== realm.server.realtime() || network.refusing()) throw new Error('on purpose');
    if (network.stalled()) await new Promise(() => {});
    const position = await realtime.positionOf({ userId: tab.user });
    await wait(10);
    const state = new Set(ledger.numbersFor(tab.user));
    await wait(10);
    return { state, position };
  }

  const shared: SharedState<ReadonlySet<number>> = tab.socket.state<ReadonlySet<number>>({
    name: 'all',
    load,
    on: {
      tick: (state, payload, { stream }) => {
        const { number } = payload as { readonly number: number };
        return stream.startsWith('room:') ? state : new Set([...state, number]);
      },
    },
  });

  return {
    difference() {
      const { state, stale, error } = shared.getSnapshot();
      // Three loads failed in a row: the app was told, and nothing loads again by itself.
      if (stale && error) return null;
      if (stale || !state) return 'is stale';
      const truth = ledger.numbersFor(tab.user);
      const missing = truth.filter((number) => !state.has(number));
      if (missing.length > 0) return `lacks ${missing.slice(0, 5).join(', ')} of ${truth.length}`;
      return state.size === truth.length ? null : `has ${state.size} of ${truth.length} events`;
    },
    close: shared.close,
  };
}
