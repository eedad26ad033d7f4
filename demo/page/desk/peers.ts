/**
 * What the group's tabs tell each other for display, over a channel of the demo's own.
 * Nothing of OneSocket depends on it: it only lets every tab show all of them.
 */
import type { Status } from 'onesocket';
import type { Blocks } from './ledger.ts';

const askEveryMs = 1_000;
const tellAtMostEveryMs = 400;
const silentAfterMs = 2_500;
/** Longer than a tab is made to hang for: it is seen to come back. */
const forgottenAfterMs = 12_000;

/** One tab as it describes itself. */
export interface TabCard {
  readonly tab: string;
  /** When the page started: the order of the table, the same in every tab. */
  readonly since: number;
  readonly role: Status['role'];
  readonly term: number;
  readonly connected: boolean;
  readonly visible: boolean;
  readonly delivered: number;
  readonly blocks: Blocks;
}

export interface Peer {
  readonly card: TabCard;
  readonly own: boolean;
  /** It has not answered for a while: hung, frozen, or gone without a goodbye. */
  readonly silent: boolean;
}

/** What one tab may ask of another, so that one can watch from a tab that stays. */
export type Deed = 'crash' | 'hang';

type Message =
  | { readonly say: 'ask' | 'tell'; readonly card: TabCard }
  | { readonly say: 'bye'; readonly tab: string }
  | { readonly say: 'do'; readonly tab: string; readonly deed: Deed };

export interface Peers {
  /** Oldest first, this tab included. */
  list(): readonly Peer[];
  /** Something of this tab changed: tell the others, though not too often. */
  nudge(): void;
  /** Makes a tab fail: another one, or this. */
  order(tab: string, deed: Deed): void;
}

export function createPeers(group: string, toCard: () => TabCard, onOrder: (deed: Deed) => void): Peers {
  const channel = new BroadcastChannel(`demo:${group}`);
  const heard = new Map<string, { card: TabCard; at: number }>();
  let toldAt = Number.NEGATIVE_INFINITY;

  function post(message: Message): void {
    if (message.say === 'ask' || message.say === 'tell') toldAt = performance.now();
    channel.postMessage(message);
  }

  function nudge(): void {
    if (performance.now() - toldAt >= tellAtMostEveryMs) post({ say: 'tell', card: toCard() });
  }

  // Timers of a hidden tab are slowed down, message handlers are not: the visible tabs ask, all answer.
  function tick(): void {
    if (document.visibilityState === 'visible') post({ say: 'ask', card: toCard() });
    else nudge();
  }

  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.say === 'do') {
      if (data.tab === toCard().tab) onOrder(data.deed);
    } else if (data.say === 'bye') heard.delete(data.tab);
    else heard.set(data.card.tab, { card: data.card, at: performance.now() });
    if (data.say === 'ask') nudge();
  };
  setInterval(tick, askEveryMs);
  const leave = () => post({ say: 'bye', tab: toCard().tab });
  addEventListener('pagehide', leave);
  addEventListener('pageshow', tick);
  document.addEventListener('visibilitychange', tick);
  tick();

  return {
    list() {
      const now = performance.now();
      const own = toCard();
      const peers: Peer[] = [{ card: own, own: true, silent: false }];
      for (const [tab, { card, at }] of heard) {
        if (now - at > forgottenAfterMs) heard.delete(tab);
        else if (tab !== own.tab) peers.push({ card, own: false, silent: now - at > silentAfterMs });
      }
      return peers.sort((a, b) => a.card.since - b.card.since);
    },
    nudge,
    order(tab, deed) {
      if (tab === toCard().tab) onOrder(deed);
      else post({ say: 'do', tab, deed });
    },
  };
}
