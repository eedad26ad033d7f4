/**
 * Which streams somebody is in: the personal one, `all`, those of the shop and the modules that the token names,
 * and the rooms of the token or that the app put the user into.
 */
import { limits } from '../protocol/limits.ts';
import type { Identity } from './identity.ts';
import { allStream, roomStream, shopStream, userStream } from './names.ts';

/** Who it is, as far as it decides on streams. */
export type Member = Pick<Identity, 'userId' | 'shopId' | 'modules' | 'rooms'>;

export interface Rooms {
  /** False: was in it already. @throws RangeError beyond what a connection may be in */
  join(userId: string, room: string): boolean;
  /** False: wasn't in it. */
  leave(userId: string, room: string): boolean;
  /** Rooms by `join`. */
  joinedBy(userId: string): readonly string[];
  /** Never more than a client accepts. */
  streamsOf(member: Member): readonly string[];
  permits(member: Member, stream: string): boolean;
  /** Why nobody can be so much at once; `null`: it can. */
  objectionTo(member: Member): string | null;
}

/** Channels are joined besides. */
const maxStreams = limits.streams - limits.channels;

/**
 * Memberships by `join` outlive connections, until `leave`.
 * @param modules - all there are: a token that names none is of all
 */
export function createRooms(modules: readonly string[] = []): Rooms {
  const streamsByUser = new Map<string, Set<string>>();
  const maxRooms = maxStreams - 3 - modules.length;
  if (maxRooms < 0)
    throw new RangeError(`There are ${modules.length} modules: more than ${maxStreams - 3} are too many`);

  function ownStreams(member: Member): readonly string[] {
    const { userId, shopId, modules: own, rooms = [] } = member;
    const ofShop = modules.filter((module) => !own || own.includes(module));
    const shop = shopId === undefined ? [] : [undefined, ...ofShop].map((module) => shopStream(shopId, module));
    return [userStream(userId), allStream, ...shop, ...rooms.map(roomStream)];
  }

  function streamsOf(member: Member): readonly string[] {
    const all = new Set([...ownStreams(member), ...(streamsByUser.get(member.userId) ?? [])]);
    return [...all].slice(0, maxStreams);
  }

  return {
    join(userId, room) {
      const stream = roomStream(room);
      const streams = streamsByUser.get(userId) ?? new Set();
      if (streams.has(stream)) return false;
      // A client refuses a greeting with more, and would never connect again.
      if (streams.size >= maxRooms) {
        throw new RangeError(
          `"${userId}" is in ${maxRooms} rooms, the most there may be: leave one, or emit to the user`,
        );
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
    joinedBy: (userId) => [...(streamsByUser.get(userId) ?? [])].map((stream) => stream.slice('room:'.length)),
    streamsOf,
    permits: (member, stream) => streamsOf(member).includes(stream),
    objectionTo(member) {
      try {
        const { length } = ownStreams(member);
        return length > maxStreams ? `it names ${length} streams, ${maxStreams} is the most there may be` : null;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}
