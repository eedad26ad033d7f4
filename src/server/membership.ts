/** The streams of one connection: which it is in, by whose leave, and how it comes and goes. */
import { isChannel, parseChannel } from '../protocol/channel.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { limits } from '../protocol/limits.ts';
import type { Refresh } from '../protocol/messages.ts';
import type { Channels } from './channels.ts';
import type { Counters } from './diagnostics.ts';
import { type Start, toStart } from './places.ts';
import type { Peer } from './ports.ts';
import type { Claim } from './registry.ts';
import type { Replay } from './replay.ts';
import type { Rooms } from './rooms.ts';
import type { SharedLog } from './shared-reads.ts';

interface MembershipOptions {
  readonly peer: Peer;
  readonly log: SharedLog;
  readonly rooms: Rooms;
  readonly channels: Channels;
  readonly counters: Counters;
  readonly replay: Replay;
  readonly maxReplay: number;
  readonly claim: () => Claim;
  readonly closed: () => boolean;
}

interface Membership {
  /** Says what can't be resumed, and starts the streams. */
  begin(starts: ReadonlyMap<string, Start>): void;
  /** Joins what may be joined; `answer` gets it before the first event. */
  join(
    wanted: ReadonlyMap<string, Cursor | null>,
    answer: (granted: ReadonlyMap<string, Start>) => void,
  ): Promise<void>;
  /** Leaves streams, and all views of channels. */
  leave(streams: readonly string[], channels: readonly string[]): void;
  /** The app put the user in. */
  open(stream: string): Promise<void>;
  /** It may no longer be in it. */
  shut(stream: string): void;
  /** Who it is may have changed: leaves what it may no longer be in, enters what it is in now. */
  recheck(): Promise<void>;
}

export function createMembership(options: MembershipOptions): Membership {
  const { peer, log, rooms, channels, counters, replay, maxReplay, claim, closed } = options;

  function begin(starts: ReadonlyMap<string, Start>): void {
    for (const [stream, { at, refresh }] of starts) {
      if (!refresh) continue;
      counters.count(`refresh:${refresh}`);
      peer.send('full_refresh', { stream, ...at, reason: refresh } satisfies Refresh);
    }
    for (const [stream, { at }] of starts) replay.start(stream, at);
  }

  async function permits(stream: string): Promise<boolean> {
    return isChannel(stream) ? channels.permits(claim(), stream) : rooms.permits(claim(), stream);
  }

  function shut(stream: string): void {
    const at = replay.stop(stream);
    // The client drops its cursor: should the user come back, what was said meanwhile is not for it.
    if (at) peer.send('full_refresh', { stream, ...at, reason: 'permissions_changed' } satisfies Refresh);
  }

  async function open(stream: string): Promise<void> {
    if (closed() || replay.has(stream)) return;
    const { at } = await toStart(log, stream, null, maxReplay);
    if (closed() || replay.has(stream) || !rooms.permits(claim(), stream)) return;
    // The client didn't ask for it: an empty frame opens it there.
    peer.send('events', { stream, epoch: at.epoch, prev: at.id, id: at.id, events: [] });
    replay.start(stream, at);
  }

  return {
    begin,
    shut,
    async join(wanted, answer) {
      const starts = new Map<string, Start>();
      const held = new Set(replay.names().filter(isChannel));
      for (const [stream, cursor] of wanted) {
        if (isChannel(stream) && !held.has(stream) && held.size >= limits.channels) continue;
        if (!(await permits(stream))) continue;
        if (isChannel(stream)) held.add(stream);
        starts.set(stream, await toStart(log, stream, cursor, maxReplay));
      }
      if (closed()) return;
      // Asked again without a place: what it is in goes on as it was.
      const fresh = [...starts].filter(([stream]) => wanted.get(stream) || !replay.has(stream));
      answer(starts);
      begin(new Map(fresh));
    },
    leave(streams, names) {
      const isNamed = (stream: string): boolean => names.includes(parseChannel(stream)?.name ?? '');
      for (const stream of [...streams, ...replay.names().filter(isNamed)]) replay.stop(stream);
    },
    open,
    async recheck() {
      for (const stream of replay.names()) if (!(await permits(stream)) && !closed()) shut(stream);
      for (const stream of rooms.streamsOf(claim())) await open(stream);
    },
  };
}
