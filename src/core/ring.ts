/** The leader's last posted frames, from which a tab that missed a post is served without the server. */
import { type Cursor, judge, openingFrame } from '../protocol/cursor.ts';
import type { Frame } from '../protocol/messages.ts';

/** Events (and empty frames) kept over all streams; the oldest go first. */
const capacity = 2_000;

export interface Ring {
  add(frame: Frame): void;
  /** A refresh, or a start, at this place: nothing before it may be served any more. */
  restart(stream: string, cursor: Cursor): void;
  forget(stream: string): void;
  /**
   * Frames that lead on from `cursor`, none when it is up to date; `null`: not to be had from here.
   * Without a cursor: everything since the stream was opened, with the frame that opened it.
   */
  since(stream: string, cursor: Cursor | undefined): readonly Frame[] | null;
}

interface Track {
  readonly epoch: string;
  /** Where the kept frames begin. */
  start: number;
  /** Nothing was dropped since the stream was opened. */
  whole: boolean;
  frames: Frame[];
}

export function createRing(): Ring {
  const tracks = new Map<string, Track>();
  let order: Track[] = [];
  let size = 0;

  const weight = (frame: Frame): number => Math.max(1, frame.events.length);

  function trim(): void {
    let dropped = 0;
    if (size <= capacity * 1.25) return;
    while (size > capacity && dropped < order.length) {
      const track = order[dropped];
      dropped += 1;
      const frame = track?.frames.shift();
      if (!track || !frame) continue;
      size -= weight(frame);
      track.start = frame.id;
      track.whole = false;
    }
    // Cut in slices: one at a time would move the whole list for each frame.
    if (dropped > 0) order = order.slice(dropped);
  }

  function forget(stream: string): void {
    const track = tracks.get(stream);
    if (!track) return;
    tracks.delete(stream);
    size -= track.frames.reduce((sum, frame) => sum + weight(frame), 0);
    track.frames = [];
    order = order.filter((other) => other !== track);
  }

  return {
    forget,
    restart(stream, cursor) {
      forget(stream);
      tracks.set(stream, { epoch: cursor.epoch, start: cursor.id, whole: true, frames: [] });
    },
    add(frame) {
      const track = tracks.get(frame.stream);
      if (track?.epoch !== frame.epoch) return;
      track.frames.push(frame);
      order.push(track);
      size += weight(frame);
      trim();
    },
    since(stream, cursor) {
      const track = tracks.get(stream);
      if (!track) return null;
      if (!cursor) {
        const { epoch, start } = track;
        return track.whole ? [openingFrame(stream, { epoch, id: start }), ...track.frames] : null;
      }
      if (cursor.epoch !== track.epoch || cursor.id < track.start) return null;
      return track.frames.filter((frame) => judge(cursor, frame) !== 'stale');
    },
  };
}
