/**
 * What the handlers of this tab got, as hashes that tabs can compare.
 * Tabs join a stream at different places, so it is cut into blocks of ids (1 to 20, 21 to 40, ...)
 * and only a block that was seen from its first event to its last gets a hash. Within a block order counts.
 */
import type { StreamEvent } from 'onesocket';

const blockSize = 20;
const blocksKept = 40;

export interface Block {
  /** Epoch and number: the same in every tab. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly hash: string;
}

/** Newest last. */
export type Blocks = Readonly<Record<string, readonly Block[]>>;

/** FNV-1a over UTF-16 code units, 32 bits. */
function mix(seed: number, text: string): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

interface Chain {
  readonly from: number;
  readonly epoch: string;
  hash: number;
}

export interface Ledger {
  add(event: StreamEvent): void;
  blocks(): Blocks;
}

/** `epochOf`: asked once per block, since ids of two epochs don't compare. */
export function createLedger(epochOf: (stream: string) => string): Ledger {
  const openByStream = new Map<string, Chain>();
  const doneByStream = new Map<string, readonly Block[]>();

  function close(stream: string, chain: Chain): void {
    const { from, epoch, hash } = chain;
    const block = { key: `${epoch}/${from}`, from, to: from + blockSize - 1, hash: hash.toString(16).padStart(8, '0') };
    doneByStream.set(stream, [...(doneByStream.get(stream) ?? []), block].slice(-blocksKept));
    openByStream.delete(stream);
  }

  return {
    add({ stream, id, type, payload }) {
      if (id % blockSize === 1) openByStream.set(stream, { from: id, epoch: epochOf(stream), hash: 0x811c9dc5 });
      const chain = openByStream.get(stream);
      if (!chain) return;
      // The end was an event that is not shown here: this block has no hash.
      if (id >= chain.from + blockSize) {
        openByStream.delete(stream);
        return;
      }
      // A doubled, missing or swapped event changes the hash: nothing is checked or mended here.
      chain.hash = mix(chain.hash, `${stream}|${id}|${type}|${JSON.stringify(payload)}`);
      if (id === chain.from + blockSize - 1) close(stream, chain);
    },
    blocks: () => Object.fromEntries(doneByStream),
  };
}

export interface Comparison {
  /** Blocks that both tabs saw whole. */
  readonly common: number;
  readonly different: number;
}

export function compare(mine: Blocks, theirs: Blocks): Comparison {
  let common = 0;
  let different = 0;
  for (const [stream, blocks] of Object.entries(mine)) {
    const hashByKey = new Map((theirs[stream] ?? []).map((block) => [block.key, block.hash]));
    for (const block of blocks) {
      const hash = hashByKey.get(block.key);
      if (hash === undefined) continue;
      common += 1;
      if (hash !== block.hash) different += 1;
    }
  }
  return { common, different };
}
