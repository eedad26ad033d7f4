/**
 * The guards of the doors: `unknown` in, a message that holds to its type out, or `null`.
 * They copy what they accept into plain objects, so that nothing an attacker added travels on.
 * Payloads are passed through as they are: they belong to the app.
 */
import { type RefreshReason, refreshReasons } from './codes.ts';
import type { Cursor, Cursors } from './cursor.ts';
import { limits } from './limits.ts';
import type {
  Authenticated,
  CommandAnswer,
  CommandRequest,
  Frame,
  Handshake,
  Refresh,
  Scope,
  SyncAnswer,
  SyncRequest,
  WireError,
  WireEvent,
} from './messages.ts';

export type Fields = Readonly<Record<string, unknown>>;

/**
 * A plain record's own fields, each read once, so that what was checked is what is used.
 * Arrays, maps, binary and all else that is no record are refused, as is what throws when it is looked at.
 */
export function toFields(value: unknown): Fields | null {
  if (typeof value !== 'object' || value === null) return null;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    // Of any realm: the prototype of plain objects is the only one without a prototype.
    const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
    return isPlain ? { ...value } : null;
  } catch {
    return null;
  }
}

/** A list's items, each read once; `null` for more than `max`, whatever its length says. */
export function toList(value: unknown, max: number): readonly unknown[] | null {
  try {
    if (!Array.isArray(value) || value.length > max) return null;
    const items: unknown[] = [];
    for (let at = 0; at < value.length && at <= max; at += 1) items.push(value[at]);
    return items.length > max ? null : items;
  } catch {
    return null;
  }
}

/** A string of 1 to `max` characters. */
export function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= max;
}

export const isName = (value: unknown): value is string => isText(value, limits.name);
export const isToken = (value: unknown): value is string => isText(value, limits.token);

/** A whole number from 0 to 2^53 - 1. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isTerm(value: unknown): value is number {
  return isCount(value) && value < limits.term;
}

export function parseCursor(value: unknown): Cursor | null {
  const f = toFields(value);
  return f && isToken(f.epoch) && isCount(f.id) ? { epoch: f.epoch, id: f.id } : null;
}

/** Cursors by stream in an object without a prototype, so that no stream name is special. */
export function parseCursors(value: unknown): Cursors | null {
  const f = toFields(value);
  if (!f) return null;
  const names = Object.keys(f);
  if (names.length > limits.streams) return null;
  const cursors: Record<string, Cursor> = Object.create(null);
  for (const stream of names) {
    const cursor = parseCursor(f[stream]);
    if (!cursor || !isName(stream)) return null;
    cursors[stream] = cursor;
  }
  return cursors;
}

function parseScope(value: unknown): Scope | undefined {
  const f = toFields(value);
  if (!f) return undefined;
  return {
    ...(isName(f.shopId) && { shopId: f.shopId }),
    ...(isName(f.module) && { module: f.module }),
  };
}

function parseEvent(value: unknown): WireEvent | null {
  const f = toFields(value);
  if (!f || !isCount(f.id) || !isName(f.type)) return null;
  const timestamp = typeof f.timestamp === 'number' && Number.isFinite(f.timestamp) ? f.timestamp : 0;
  const event = { id: f.id, type: f.type, payload: f.payload, timestamp };
  const scope = f.scope === undefined ? undefined : parseScope(f.scope);
  return scope ? { ...event, scope } : event;
}

/** Ids must rise and lie in `(prev, id]`: a frame that lies about its own span is malformed. */
export function parseFrame(value: unknown): Frame | null {
  const f = toFields(value);
  if (!f || !isName(f.stream) || !isToken(f.epoch) || !isCount(f.prev) || !isCount(f.id)) return null;
  const list = toList(f.events, limits.frameEvents);
  if (f.prev > f.id || !list) return null;
  const events: WireEvent[] = [];
  let last = f.prev;
  for (const item of list) {
    const event = parseEvent(item);
    if (!event || event.id <= last || event.id > f.id) return null;
    last = event.id;
    events.push(event);
  }
  return { stream: f.stream, epoch: f.epoch, prev: f.prev, id: f.id, events };
}

/** What a lone `event` may leave out. */
interface EventDefaults {
  readonly stream: string | undefined;
  /** The epoch last named for that stream on this connection. */
  epochOf(stream: string): string | undefined;
}

/** The frame that a lone `event` stands for. */
export function parseLoneEvent(value: unknown, defaults: EventDefaults): Frame | null {
  const f = toFields(value);
  if (!f || !isCount(f.id) || f.id < 1) return null;
  const stream = f.stream ?? defaults.stream;
  if (!isName(stream)) return null;
  const epoch = f.epoch ?? defaults.epochOf(stream);
  return parseFrame({ stream, epoch, prev: f.prev ?? f.id - 1, id: f.id, events: [value] });
}

function isReason(value: unknown): value is RefreshReason {
  return refreshReasons.some((reason) => reason === value);
}

export function parseRefresh(value: unknown): Refresh | null {
  const f = toFields(value);
  const cursor = parseCursor(value);
  if (!f || !cursor || !isName(f.stream) || !isReason(f.reason)) return null;
  return { stream: f.stream, ...cursor, reason: f.reason };
}

export function parseHandshake(value: unknown): Handshake | null {
  const f = toFields(value);
  if (f?.onesocket !== 1 || !isToken(f.client) || !isToken(f.tab)) return null;
  if (!isTerm(f.term) || !isCount(f.attempt)) return null;
  const cursors = f.cursors === undefined ? undefined : parseCursors(f.cursors);
  if (cursors === null) return null;
  return {
    onesocket: 1,
    client: f.client,
    tab: f.tab,
    term: f.term,
    attempt: f.attempt,
    ...(typeof f.token === 'string' && { token: f.token }),
    ...(isName(f.user) && { user: f.user }),
    ...(cursors && { cursors }),
    ...(isCount(f.lastEventId) && { lastEventId: f.lastEventId }),
  };
}

export function parseAuthenticated(value: unknown): Authenticated | null {
  const f = toFields(value);
  const streams = f && parseCursors(f.streams);
  if (!f || !streams || f.success !== true || f.onesocket !== 1 || !isName(f.userId)) return null;
  if (!isCount(f.time) || !isCount(f.commandWindowMs)) return null;
  if (!isName(f.socketId) || !isName(f.sessionId)) return null;
  const modules = parseModules(f.modules);
  return {
    success: true,
    onesocket: 1,
    userId: f.userId,
    socketId: f.socketId,
    sessionId: f.sessionId,
    time: f.time,
    commandWindowMs: f.commandWindowMs,
    streams,
    ...(isName(f.email) && { email: f.email }),
    ...(modules && { modules }),
    ...(isCount(f.expiresInMs) && { expiresInMs: f.expiresInMs }),
  };
}

/** `null`: none are named, or too many. */
export function parseModules(value: unknown): readonly string[] | null {
  return toList(value, limits.modules)?.filter(isName) ?? null;
}

export function parseSyncRequest(value: unknown): SyncRequest | null {
  const f = toFields(value);
  if (!f || !isCount(f.lastEventId)) return null;
  if (f.stream !== undefined && !isName(f.stream)) return null;
  if (f.epoch !== undefined && !isToken(f.epoch)) return null;
  return {
    lastEventId: f.lastEventId,
    ...(isName(f.stream) && { stream: f.stream }),
    ...(isToken(f.epoch) && { epoch: f.epoch }),
  };
}

export function parseError(value: unknown): WireError | null {
  const f = toFields(value);
  if (!f || !isToken(f.code)) return null;
  return { code: f.code, message: typeof f.message === 'string' ? f.message.slice(0, 1_000) : '' };
}

export function parseSyncAnswer(value: unknown): SyncAnswer | null {
  const f = toFields(value);
  if (!f) return null;
  if (f.fullRefresh !== undefined) {
    const cursor = parseCursor(f.fullRefresh);
    const reason = toFields(f.fullRefresh)?.reason;
    return cursor && isReason(reason) ? { fullRefresh: { ...cursor, reason } } : null;
  }
  const error = parseError(f.error);
  if (error) return { error };
  const frame = parseFrame(value);
  return frame && { ...frame, more: f.more === true };
}

export function parseCommandRequest(value: unknown): CommandRequest | null {
  const f = toFields(value);
  if (!f || !isToken(f.id) || !isName(f.name) || !isCount(f.sentAt)) return null;
  const args = toList(f.args, limits.args);
  return args && { id: f.id, name: f.name, args, sentAt: f.sentAt };
}

export function parseCommandAnswer(value: unknown): CommandAnswer | null {
  const f = toFields(value);
  if (!f) return null;
  if (f.ok === true) {
    const position = isText(f.position, 65_536) ? { position: f.position } : {};
    return { ok: true, result: f.result, ...position };
  }
  const error = parseError(f.error);
  return f.ok === false && error ? { ok: false, error } : null;
}
