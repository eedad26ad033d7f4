/** Where an event goes: targets to streams. */
import type { Scope } from '../protocol/messages.ts';
import { isName } from '../protocol/parse.ts';
import { allStream, channelStream, isReserved, roomStream, shopStream, userStream } from './names.ts';

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
export interface ShopTarget {
  readonly shop: string;
}
/** Where an event may be sent. */
export type Target = UserTarget | UsersTarget | RoomTarget | ChannelTarget | ShopTarget | 'all';

/** The module that a type of event belongs to; a type that is missing belongs to none. */
export type ModuleByType = Readonly<Record<string, string>>;

const kinds = ['user', 'users', 'room', 'channel', 'shop'];

/** Throws for what names nobody: an event must not vanish for a slip of the pen. */
export function checkTarget<T extends Target>(target: T): T {
  const fields = typeof target === 'object' && target !== null ? Object.keys(target) : [];
  if (target === 'all' || (fields.length === 1 && kinds.includes(fields[0] ?? ''))) return target;
  const given =
    typeof target === 'string' ? JSON.stringify(target) : `an object with ${fields.join(', ') || 'nothing'}`;
  const message = `There is no target like ${given}: give 'all', or one of ${kinds.map((kind) => `{ ${kind} }`).join(', ')}`;
  throw Object.assign(new TypeError(message), { code: 'bad_target' });
}

/** @param module - of the event's type: within a shop it has a stream of its own */
export function toStreams(target: Target, module?: string): readonly string[] {
  if (target === 'all') return [allStream];
  if ('user' in target) return [userStream(target.user)];
  if ('channel' in target) return [channelStream(target.channel)];
  if ('room' in target) return [roomStream(target.room)];
  if ('shop' in target) return [shopStream(target.shop, module)];
  return toUsers(target).map(userStream);
}

/** The users that a target names, in the order of its streams. */
export function toUsers(target: Target): readonly string[] {
  if (target === 'all') return [];
  if ('user' in target) return [target.user];
  return 'users' in target ? [...new Set(target.users)] : [];
}

/** Could this session be in the target's streams? Of rooms and channels only its own node knows. */
export function mayReach(target: Target, session: { readonly userId: string; readonly shopId?: string }): boolean {
  if (target === 'all' || 'room' in target || 'channel' in target) return true;
  if ('shop' in target) return session.shopId === target.shop;
  return toUsers(target).includes(session.userId);
}

export function toScope(target: Target, type: string, moduleByType: ModuleByType): Scope | null {
  const module = Object.hasOwn(moduleByType, type) ? moduleByType[type] : undefined;
  const shopId = target !== 'all' && 'shop' in target ? target.shop : undefined;
  if (module === undefined && shopId === undefined) return null;
  return { ...(shopId !== undefined && { shopId }), ...(module !== undefined && { module }) };
}

/** Throws for what no client could hear under this name. */
export function checkType(type: string): string {
  if (!isName(type)) throw new TypeError('An event is named by 1 to 256 characters');
  if (isReserved(type)) throw new TypeError(`${type} is a reserved name and can't be an event's type`);
  return type;
}
