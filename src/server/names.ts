/** The names on the wire that the companion keeps for itself, and those of the streams. */
import { toChannelStream } from '../protocol/channel.ts';
import { isName } from '../protocol/parse.ts';

/** What a companion's client sends; the app's own events of these names are not heard from such a client. */
export const clientPackets = ['request_sync', 'command', 'subscribe', 'unsubscribe', 'ping', 'reauthenticate'] as const;
export type ClientPacket = (typeof clientPackets)[number];

const ofSocketIo = [
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
  'error',
];
const reserved: ReadonlySet<string> = new Set([...clientPackets, ...ofSocketIo]);

/** Names with a meaning of their own to Socket.IO or to us: neither an event's type nor a command. */
export const isReserved = (name: string): boolean => reserved.has(name);

export const allStream = 'all';
export const userStream = (userId: string): string => toStream('user', userId);
export const isUserStream = (stream: string): boolean => stream.startsWith('user:');
/** The log of a channel: the view that shows all. */
export const channelStream = (channel: string): string => {
  const stream = toChannelStream(channel);
  if (stream === null) throw new TypeError('A channel is named by 1 to 248 characters without a question mark');
  return stream;
};
/** Encoded, so that no shop's name reaches into another one's modules. */
export const shopStream = (shopId: string, module?: string): string =>
  toStream('shop', encodeURIComponent(shopId) + (module === undefined ? '' : `/${encodeURIComponent(module)}`));
export const roomStream = (room: string): string => toStream('room', room);

function toStream(kind: string, id: string): string {
  const stream = `${kind}:${id}`;
  if (typeof id !== 'string' || id === '' || !isName(stream)) {
    throw new TypeError(`A ${kind} is named by 1 to 250 characters`);
  }
  return stream;
}
