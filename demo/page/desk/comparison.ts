/** What of the tabs' hashes the table shows. */
import { type Block, type Blocks, type Comparison, compare } from './ledger.ts';
import type { Peer } from './peers.ts';

export const sharedStream = 'all';

/** The newest block that every tab which answers has seen whole: one line of hashes that must be the same. */
export function commonBlock(peers: readonly Peer[], mine: readonly Block[]): Block | undefined {
  const others = peers.filter((peer) => !peer.own && !peer.silent && peer.card.blocks[sharedStream]?.length);
  const keys = others.map((peer) => new Set(peer.card.blocks[sharedStream]?.map((block) => block.key)));
  return mine.findLast((block) => keys.every((known) => known.has(block.key))) ?? mine.at(-1);
}

/** A leader that stopped answering, and has been replaced since. */
export function isReplaced({ card, silent }: Peer, peers: readonly Peer[]): boolean {
  return silent && peers.some((peer) => peer.card.role === 'leader' && peer.card.term > card.term);
}

/** Blocks that this tab and the peer saw whole; of the tab itself: with any of the others. Who is silent may lag. */
export function compareWith(peer: Peer, peers: readonly Peer[], mine: Blocks): Comparison {
  if (peer.silent) return { common: 0, different: 0 };
  if (!peer.own) return compare(mine, peer.card.blocks);
  const each = peers.filter((other) => !other.own).map((other) => compare(mine, other.card.blocks));
  return {
    common: each.reduce((sum, { common }) => sum + common, 0),
    different: each.reduce((sum, { different }) => sum + different, 0),
  };
}
