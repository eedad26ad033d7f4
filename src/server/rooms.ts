/** Which streams a user is in: the personal one, `all`, and the rooms that the app put the user into. */
import { limits } from '../protocol/limits.ts';
import { allStream, roomStream, userStream } from './names.ts';

export interface Rooms {
  /** False: was in it already. @throws RangeError beyond what a connection may be in */
  join(userId: string, room: string): boolean;
  /** False: wasn't in it. */
  leave(userId: string, room: string): boolean;
  streamsOf(userId: string): readonly string[];
  permits(userId: string, stream: string): boolean;
}

/** Memberships outlive connections, until `leave`. */
export function createRooms(): Rooms {
  const streamsByUser = new Map<string, Set<string>>();

  function streamsOf(userId: string): readonly string[] {
    return [userStream(userId), allStream, ...(streamsByUser.get(userId) ?? [])];
  }

  return {
    join(userId, room) {
      const stream = roomStream(room);
      const streams = streamsByUser.get(userId) ?? new Set();
      if (streams.has(stream)) return false;
      // A client refuses a greeting with more, and would never connect again.
      if (streamsOf(userId).length >= limits.streams - limits.channels) {
        const most = limits.streams - limits.channels - 2;
        throw new RangeError(`"${userId}" is in ${most} rooms, the most there may be: leave one, or emit to the user`);
      }
      streamsByUser.set(userId, streams.add(stream));
      return true;
    },
    leave(userId, room) {
      const streams = streamsByUser.get(userId);
      const left = streams?.delete(roomStream(room)) ?? false;
      if (streams?.size === 0) streamsByUser.delete(userId);
      return left;
    },
    streamsOf,
    permits: (userId, stream) => streamsOf(userId).includes(stream),
  };
}
