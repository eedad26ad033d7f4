/** The log in Redis: one stream and one counter per stream of events, shared by all nodes. */
import type { WireEvent } from '../protocol/messages.ts';
import { type Draft, type EventLog, type Hint, maxPageBytes, type Page } from '../server/log.ts';
import type { Clock } from '../server/ports.ts';
import { decode, encode } from './codec.ts';
import type { Link } from './link.ts';
import { appendScript, readScript } from './log-scripts.ts';
import { createLogSize } from './log-size.ts';
import { encodeName } from './names.ts';
import { repeat } from './repeat.ts';
import type { Script } from './script.ts';

interface LogParts {
  readonly link: Link;
  readonly clock: Clock;
  readonly prefix: string;
  readonly ttlMs: number;
  readonly maxEvents: number;
}

interface Follower {
  readonly stream: string;
  readonly onHint: (hint: Hint) => void;
  /** Epoch and head that it was last told of. */
  told: string | null;
}

const counterTtlMs = 30 * 24 * 3_600_000;
/** How long a lost message goes unnoticed. */
const compareEveryMs = 5_000;

export function createRedisLog({ link, clock, prefix, ttlMs, maxEvents }: LogParts): EventLog {
  const followers = new Set<Follower>();

  const nameOf = (stream: string): string => `${prefix}{${encodeName(stream)}}`;
  const logOf = (stream: string): string => `${nameOf(stream)}:log`;
  const metaOf = (stream: string): string => `${nameOf(stream)}:meta`;
  const channelOf = (stream: string): string => `${nameOf(stream)}:hints`;

  function run(script: Script, stream: string, ...more: readonly (string | number)[]): Promise<unknown> {
    const keys = [logOf(stream), metaOf(stream)];
    const args = [channelOf(stream), clock.uniqueId(), ttlMs, counterTtlMs, ...more];
    return link.run(script, keys, args.map(String));
  }

  async function read(stream: string, after: number, limit: number): Promise<Page> {
    const [epoch, floor, head, entries] = (await run(readScript, stream, after, limit, maxPageBytes)) as ReadReply;
    return { epoch, floor, head, events: entries.map(toEvent) };
  }

  function tell(follower: Follower, hint: Hint, told: string): void {
    follower.told = told;
    follower.onHint(hint);
  }

  function onMessage(follower: Follower, message: string): void {
    const { stream } = follower;
    const [epoch = '', id = '0', timestamp, text] = message.split('\n');
    const draft = text === undefined ? null : tryDecode(text);
    const event = draft && { id: Number(id), timestamp: Number(timestamp), ...draft };
    tell(follower, { stream, epoch, ...(event && { event }) }, `${epoch} ${id}`);
  }

  /** Finds what messages that got lost would have told. */
  async function compareOne(follower: Follower): Promise<void> {
    const { stream } = follower;
    const [epoch, head] = await link.readHash(metaOf(stream), ['epoch', 'head']);
    const now = `${epoch ?? ''} ${head ?? 0}`;
    // Lost altogether: whoever looks then makes the new epoch.
    if (now !== follower.told && followers.has(follower)) tell(follower, { stream, epoch: epoch ?? '' }, now);
  }

  // In one turn, so in one piece. What fails now is compared the next time.
  const compare = repeat(clock, compareEveryMs, async () => {
    await Promise.allSettled([...followers].map(compareOne));
  });
  const cancelReady = link.onReady(compare.now);
  const size = createLogSize(clock, link, () => new Set([...followers].map(({ stream }) => logOf(stream))));

  return {
    ttlMs,
    async append(stream, draft) {
      const reply = await run(appendScript, stream, maxEvents, encode(draft));
      const [epoch, id] = reply as [string, number];
      return { epoch, id };
    },
    async bounds(stream) {
      const { epoch, floor, head } = await read(stream, 0, 0);
      return { epoch, floor, head };
    },
    read,
    size,
    async follow(stream, onHint) {
      const follower: Follower = { stream, onHint, told: null };
      const unfollow = await link.follow(channelOf(stream), (message) => onMessage(follower, message));
      followers.add(follower);
      return () => {
        followers.delete(follower);
        unfollow();
      };
    },
    close() {
      compare.stop();
      cancelReady();
      followers.clear();
    },
  };
}

/** Of somebody else, perhaps: then the log itself has to be looked at. */
function tryDecode(text: string): Draft | null {
  try {
    return decode(text) as Draft;
  } catch {
    return null;
  }
}

type ReadReply = readonly [epoch: string, floor: number, head: number, entries: readonly Entry[]];
type Entry = readonly [id: string, fields: readonly [t: string, time: string, e: string, event: string]];

function toEvent([id, [, timestamp, , event]]: Entry): WireEvent {
  return { id: Number.parseInt(id, 10), timestamp: Number(timestamp), ...(decode(event) as Draft) };
}
