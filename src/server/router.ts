/** Where an event goes: targets to streams. */
import { isName } from '../protocol/parse.ts';
import { allStream, channelStream, isReserved, roomStream, userStream } from './names.ts';

export interface UserTarget {
  readonly user: string;
}
export interface UsersTarget {
  readonly users: readonly string[];
}
export interface RoomTarget {
  readonly room: string;
}
export interface ChannelTarget {
  readonly channel: string;
}
/** Where an event may be sent. */
export type Target = UserTarget | UsersTarget | RoomTarget | ChannelTarget | 'all';

export function toStreams(target: Target): readonly string[] {
  if (target === 'all') return [allStream];
  if ('user' in target) return [userStream(target.user)];
  if ('channel' in target) return [channelStream(target.channel)];
  if ('room' in target) return [roomStream(target.room)];
  return [...new Set(target.users)].map(userStream);
}

/** Throws for what no client could hear under this name. */
export function checkType(type: string): string {
  if (!isName(type)) throw new TypeError('An event is named by 1 to 256 characters');
  if (isReserved(type)) throw new TypeError(`${type} is a reserved name and can't be an event's type`);
  return type;
}
