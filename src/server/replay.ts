/** Drives one connection's streams: runs the effects of `catch-up.ts` on the log, the node's place and the peer. */
import type { Cursor } from '../protocol/cursor.ts';
import type { Frame, SyncAnswer } from '../protocol/messages.ts';
import { type CatchUpEffect, type CatchUpEvent, type CatchUpState, reduceCatchUp, toFrame } from './catch-up.ts';
import type { Counters } from './diagnostics.ts';
import type { Live } from './live.ts';
import { type Page, refusalToResume } from './log.ts';
import { liveRoom } from './outlets.ts';
import type { Cancel, Clock, Logger, Peer } from './ports.ts';
import type { SharedLog } from './shared-reads.ts';
import { cut, toView, type View } from './view.ts';

interface ReplayOptions {
  readonly peer: Peer;
  readonly clock: Clock;
  readonly log: SharedLog;
  readonly live: Live;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly maxReplay: number;
  readonly pageSize: number;
}

export interface Replay {
  has(stream: string): boolean;
  names(): readonly string[];
  /** Starts at a place, replays to the head, then goes live. Again for a stream it is in: from that place anew. */
  start(stream: string, at: Cursor): void;
  /** Returns the place last told; `null`: wasn't in it. */
  stop(stream: string): Cursor | null;
  /** One page after a cursor, as the answer to `request_sync`. */
  answer(stream: string, at: { readonly id: number; readonly epoch?: string }): Promise<SyncAnswer>;
  /** Sends nothing more of any stream until `goOn`: they wait in the log. */
  hold(): void;
  goOn(): void;
  /** Tells the places of the live streams that moved since they were last told. */
  tellPositions(): void;
  close(): void;
}

interface Track {
  readonly view: View;
  state: CatchUpState;
  /** The place last told without being asked for. */
  told: Cursor;
  closed: boolean;
  exit: Cancel;
}

const retryMs = 1_000;

export function createReplay(options: ReplayOptions): Replay {
  const { peer, clock, log, live, counters, logger, maxReplay, pageSize } = options;
  const trackByStream = new Map<string, Track>();
  let held = false;

  async function run(track: Track): Promise<void> {
    const { stream } = track.state;
    const exit = await live.enter(stream);
    if (track.closed) return exit();
    track.exit = exit;
    compare(track);
  }

  function compare(track: Track): void {
    const place = held ? null : live.place(track.state.stream);
    if (place && !track.closed) apply(track, { type: 'node', place });
  }

  function apply(track: Track, event: CatchUpEvent): void {
    const step = reduceCatchUp(track.state, event);
    track.state = step.next;
    for (const effect of step.effects) perform(track, effect);
  }

  function perform(track: Track, effect: CatchUpEffect): void {
    const { stream } = track.state;
    switch (effect.type) {
      case 'send':
        peer.send('events', counted(cut(track.view, effect.frame)));
        break;
      case 'refresh':
        counters.count(`refresh:${effect.refresh.reason}`);
        peer.send('full_refresh', effect.refresh);
        break;
      case 'join':
        peer.join(liveRoom(stream));
        break;
      case 'leave':
        peer.leave(liveRoom(stream));
        break;
      case 'compare':
        // In a turn of its own: a long replay of one peer must not hold up the others.
        clock.soon(() => compare(track));
        break;
      case 'read':
        void read(track, effect.at);
        break;
      case 'pull':
        void live.pull(stream).then(() => clock.soon(() => compare(track)));
        break;
      default:
        effect satisfies never;
    }
  }

  function counted(frame: Frame): Frame {
    counters.count('replayed_events', frame.events.length);
    counters.count('events_sent', frame.events.length);
    return frame;
  }

  /** Where the node knows of no other epoch yet, a page that was read a moment ago will do. */
  function readAfter(stream: string, at: Cursor): Promise<Page> {
    if (live.place(stream)?.epoch === at.epoch) return log.resume(stream, at, pageSize);
    return log.read(stream, at.id, pageSize);
  }

  async function read(track: Track, at: Cursor): Promise<void> {
    try {
      const page = await readAfter(track.view.log, at);
      const { state } = track;
      // Asked to resume from elsewhere meanwhile: that place has a read of its own under way.
      if (track.closed || state.state !== 'catching-up' || state.at !== at) return;
      apply(track, { type: 'page', page, maxReplay });
    } catch (error) {
      counters.count('log_errors');
      logger.error(`Reading the log of ${track.state.stream} failed; tried again in ${retryMs} ms`, error);
      clock.after(retryMs, () => compare(track));
    }
  }

  function stop(track: Track): void {
    track.closed = true;
    peer.leave(liveRoom(track.state.stream));
    track.exit();
    trackByStream.delete(track.state.stream);
  }

  return {
    has: (stream) => trackByStream.has(stream),
    names: () => [...trackByStream.keys()],
    start(stream, at) {
      const known = trackByStream.get(stream);
      if (known) {
        apply(known, { type: 'resumed', at });
        return;
      }
      const track: Track = {
        view: toView(stream),
        state: { state: 'catching-up', stream, at },
        told: at,
        closed: false,
        exit: () => {},
      };
      trackByStream.set(stream, track);
      void run(track).catch((error: unknown) => {
        if (track.closed) return;
        counters.count('log_errors');
        logger.error(`Following ${stream} failed; the connection is closed so that the client tries again`, error);
        peer.disconnect();
      });
    },
    stop(stream) {
      const track = trackByStream.get(stream);
      if (track) stop(track);
      return track?.told ?? null;
    },
    async answer(stream, { id, epoch }) {
      const view = toView(stream);
      const page = await log.read(view.log, id, pageSize);
      const at = { epoch: epoch ?? page.epoch, id };
      const reason = refusalToResume(at, page, maxReplay);
      if (reason) {
        counters.count(`refresh:${reason}`);
        return { fullRefresh: { epoch: page.epoch, id: page.head, reason } };
      }
      const frame = toFrame(stream, at, page.events);
      return { ...counted(cut(view, frame)), more: frame.id < page.head };
    },
    hold() {
      held = true;
      for (const [stream, track] of trackByStream) {
        const span = live.span(stream);
        // Where its last frame ended: what a view left out since is not told yet.
        if (span) apply(track, { type: 'stalled', place: { epoch: span.epoch, id: span.prev } });
      }
    },
    goOn() {
      held = false;
      for (const track of trackByStream.values()) compare(track);
    },
    tellPositions() {
      for (const [stream, track] of trackByStream) {
        const span = track.state.state === 'live' ? live.span(stream) : null;
        if (!span || (span.epoch === track.told.epoch && span.id <= track.told.id)) continue;
        track.told = { epoch: span.epoch, id: span.id };
        peer.send('events', { stream, ...span, events: [] } satisfies Frame);
      }
    },
    close() {
      for (const track of [...trackByStream.values()]) stop(track);
    },
  };
}
