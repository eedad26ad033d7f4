/** How much the streams hold that this node follows: looked up in the background, and only while somebody asks. */
import type { LogSize } from '../server/log.ts';
import type { Clock } from '../server/ports.ts';
import type { Link } from './link.ts';

const everyMs = 5_000;
/** More of them are not looked at: it is one command each. */
const maxStreams = 1_000;

/** @returns what was found last; the first answer tells of nothing yet */
export function createLogSize(clock: Clock, link: Link, keys: () => ReadonlySet<string>): () => LogSize {
  let last: LogSize = { streams: 0, events: 0 };
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<void> {
    const asked = [...keys()].slice(0, maxStreams);
    const lengths = await Promise.all(asked.map(link.length));
    last = { streams: asked.length, events: lengths.reduce((sum, length) => sum + length, 0) };
  }

  return () => {
    if (clock.now() - lookedAt >= everyMs) {
      lookedAt = clock.now();
      // While Redis is away the last answer stands.
      look().catch(() => {});
    }
    return last;
  };
}
