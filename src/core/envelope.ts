/** Messages between the tabs of a group, and the guard of that door. */
import { isChannel } from '../protocol/channel.ts';
import type { Cursors } from '../protocol/cursor.ts';
import { limits, protocolVersion } from '../protocol/limits.ts';
import type { CommandAnswer, Frame, Refresh } from '../protocol/messages.ts';
import {
  type Fields,
  isCount,
  isName,
  isTerm,
  isToken,
  parseCommandAnswer,
  parseCursors,
  parseError,
  parseFrame,
  parseRefresh,
  toFields,
  toList,
} from '../protocol/parse.ts';
import type { SendFlags } from './ports.ts';

/** A packet of the app's own, passed through as it came. */
interface Packet {
  readonly packet: string;
  readonly args: readonly unknown[];
  /** The server wants an acknowledgement: the leader's tab gives it, in the others it goes nowhere. */
  readonly ack?: true;
}
/** What a leader relays, in the order in which it came. */
export type Item = Frame | Refresh | Packet;

/** The leader's connection, as every tab mirrors it. */
export interface LinkState {
  readonly connection: 'idle' | 'connecting' | 'syncing' | 'connected' | 'waiting' | 'signed-out' | 'failed';
  /** Counts this leader's authenticated connections: a higher one is authenticated anew. */
  readonly serial: number;
  /** The last connection joined up with what came before. */
  readonly recovered: boolean;
  readonly socketId?: string;
  readonly modules?: readonly string[];
  /** The server's clock at this moment, milliseconds since 1970. */
  readonly time?: number;
  /** Why it is not connected: a code of the table, and words. */
  readonly reason?: { readonly code: string; readonly message: string; readonly detail?: unknown };
}

/** What a leader says of itself. */
export interface Statement {
  readonly client: string;
  /** The user whom the server named, for a group whose user was derived. */
  readonly user?: string;
  readonly link: LinkState;
  /** Places after the last post. */
  readonly positions: Cursors;
  /** Steals within the last minute: their bound is the group's. */
  readonly steals: number;
  /** Tabs that the leader knows of, itself included. */
  readonly tabs: readonly string[];
}

export type LeaderBody =
  /** A new leader, or the roll-call once a minute: every tab says `hello`. */
  | ({ readonly type: 'lead' } & Statement)
  /** The answer to `hello`: what is missing follows. */
  | ({ readonly type: 'welcome' } & Statement)
  /** The answer to `ask`, and news of the link. */
  | ({ readonly type: 'alive' } & Statement)
  /** The answer to `ask` of a leader that can't connect while it is hidden: steal the lock. */
  | { readonly type: 'take' }
  /** `fills`: streams whose hole the receivers asked to have filled and of which this is all there is. */
  | { readonly type: 'items'; readonly items: readonly Item[]; readonly fills?: readonly string[] }
  | { readonly type: 'later'; readonly id: string; readonly post: number }
  | { readonly type: 'outcome'; readonly id: string; readonly answer: CommandAnswer }
  /** Load the shared state of that name, or pass on what you have. */
  | { readonly type: 'load'; readonly name: string; readonly version: number };

export type TabBody =
  /** `fresh`: has no place yet, and starts where the answer says. */
  | {
      readonly type: 'hello';
      readonly fresh: boolean;
      readonly cursors: Cursors;
      /** The channels that the tab is in, or wants to be in. */
      readonly streams: readonly string[];
    }
  | { readonly type: 'bye' }
  | { readonly type: 'ask' }
  | {
      readonly type: 'command';
      readonly id: string;
      readonly post: number;
      readonly name: string;
      readonly args: readonly unknown[];
      readonly sentAt: number | null;
      readonly wantsAnswer: boolean;
      readonly flags?: SendFlags;
    }
  /** Has a shared state of that name, and wants it; `fresh`: has it, and can pass it on. */
  | { readonly type: 'want'; readonly name: string; readonly version: number; readonly fresh: boolean }
  /** A state and the places up to which it counts; none: the load failed. */
  | {
      readonly type: 'loaded';
      readonly name: string;
      readonly version: number;
      readonly state?: unknown;
      readonly position?: Cursors;
    }
  | { readonly type: 'sign-out' };

interface Head {
  readonly v: typeof protocolVersion;
  /** The sender's, if it leads; else the highest that it heard. */
  readonly term: number;
  readonly from: string;
  /** Counts what the sender posted, from 1, so that what is said again is known. Absent: it is taken for new. */
  readonly seq?: number;
  /** Absent: everybody. */
  readonly to?: readonly string[];
}
export type LeaderMessage = Head & LeaderBody;
type TabMessage = Head & TabBody;
export type Message = LeaderMessage | TabMessage;

const leaderTypes: readonly string[] = ['lead', 'welcome', 'alive', 'take', 'items', 'later', 'outcome', 'load'];

/** What a leader of a lower term says is ignored; what any other tab says counts whatever its term. */
export function isFromLeader(message: Message): message is LeaderMessage {
  return leaderTypes.includes(message.type);
}

/** `null`: malformed, or of a version that this build does not speak. */
export function parseMessage(value: unknown): Message | null {
  const f = toFields(value);
  if (!f || f.v !== protocolVersion || !isTerm(f.term) || !isToken(f.from)) return null;
  if (f.seq !== undefined && !isCount(f.seq)) return null;
  const to = f.to === undefined ? undefined : toNames(f.to);
  if (to === null) return null;
  const head: Head = {
    v: protocolVersion,
    term: f.term,
    from: f.from,
    ...(f.seq !== undefined && { seq: f.seq }),
    ...(to && { to }),
  };
  const body = parseBody(f);
  return body && { ...head, ...body };
}

function parseBody(f: Fields): LeaderBody | TabBody | null {
  switch (f.type) {
    case 'lead':
    case 'welcome':
    case 'alive': {
      const statement = parseStatement(f);
      return statement && { type: f.type, ...statement };
    }
    case 'take':
    case 'bye':
    case 'ask':
    case 'sign-out':
      return { type: f.type };
    case 'items':
      return parseItems(f);
    case 'later':
      return isToken(f.id) && isCount(f.post) ? { type: 'later', id: f.id, post: f.post } : null;
    case 'outcome': {
      const answer = parseCommandAnswer(f.answer);
      return isToken(f.id) && answer ? { type: 'outcome', id: f.id, answer } : null;
    }
    case 'hello': {
      const cursors = parseCursors(f.cursors);
      const streams = toNames(f.streams ?? [])
        ?.filter(isChannel)
        .slice(0, limits.channels);
      return cursors && streams ? { type: 'hello', fresh: f.fresh === true, cursors, streams } : null;
    }
    case 'command':
      return parseCommand(f);
    case 'load':
    case 'want':
    case 'loaded':
      return parseStateMessage(f.type, f);
    default:
      return null;
  }
}

function parseStatement(f: Fields): Statement | null {
  const link = parseLink(f.link);
  const positions = parseCursors(f.positions);
  const tabs = toNames(f.tabs);
  // A tab takes the part before the slash for its own.
  if (!isToken(f.client) || f.client.startsWith('/') || !link || !positions || !isCount(f.steals) || !tabs) return null;
  const user = isName(f.user) ? { user: f.user } : {};
  return { client: f.client, link, positions, steals: f.steals, tabs, ...user };
}

const connections: readonly unknown[] = [
  'idle',
  'connecting',
  'syncing',
  'connected',
  'waiting',
  'signed-out',
  'failed',
] satisfies readonly LinkState['connection'][];

function parseLink(value: unknown): LinkState | null {
  const f = toFields(value);
  if (!f || !connections.includes(f.connection) || !isCount(f.serial)) return null;
  const reason = parseError(f.reason);
  const detail = toFields(f.reason)?.detail;
  const modules = toNames(f.modules);
  return {
    connection: f.connection as LinkState['connection'],
    serial: f.serial,
    recovered: f.recovered === true,
    ...(isName(f.socketId) && { socketId: f.socketId }),
    ...(modules && { modules }),
    ...(isCount(f.time) && { time: f.time }),
    ...(reason && { reason: { ...reason, ...(detail !== undefined && { detail }) } }),
  };
}

function parseItems(f: Fields): LeaderBody | null {
  const list = toList(f.items, limits.frameEvents);
  const fills = f.fills === undefined ? undefined : toNames(f.fills);
  if (!list || fills === null) return null;
  const items: Item[] = [];
  for (const value of list) {
    const item = parseItem(value);
    if (!item) return null;
    items.push(item);
  }
  return { type: 'items', items, ...(fills && { fills }) };
}

function parseItem(value: unknown): Item | null {
  const f = toFields(value);
  if (!f) return null;
  if (f.packet === undefined) return f.reason === undefined ? parseFrame(value) : parseRefresh(value);
  const args = toList(f.args, limits.frameEvents);
  if (!isName(f.packet) || !args) return null;
  return { packet: f.packet, args, ...(f.ack === true && { ack: true }) };
}

function parseCommand(f: Fields): TabBody | null {
  if (!isToken(f.id) || !isCount(f.post) || !isName(f.name)) return null;
  const args = toList(f.args, limits.args);
  if (!args) return null;
  const sentAt = isCount(f.sentAt) ? f.sentAt : null;
  const wantsAnswer = f.wantsAnswer === true;
  const marks = toFields(f.flags);
  const flags: SendFlags = { volatile: marks?.volatile === true, compress: marks?.compress !== false };
  return { type: 'command', id: f.id, post: f.post, name: f.name, args, sentAt, wantsAnswer, ...(marks && { flags }) };
}

function parseStateMessage(type: 'load' | 'want' | 'loaded', f: Fields): LeaderBody | TabBody | null {
  if (!isName(f.name) || !isCount(f.version)) return null;
  const key = { name: f.name, version: f.version };
  if (type === 'load') return { type, ...key };
  if (type === 'want') return { type, ...key, fresh: f.fresh === true };
  if (f.position === undefined) return { type, ...key };
  const position = parseCursors(f.position);
  return position && { type, ...key, state: f.state, position };
}

function toNames(value: unknown): readonly string[] | null {
  const names = toList(value, limits.modules);
  return names?.every(isName) ? names : null;
}
