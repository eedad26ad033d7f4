/** Every parser of the wire with a valid value, and what its type says as a check. */
import { refreshReasons } from './codes.ts';
import * as parse from './parse.ts';
import { parsePosition, toPosition } from './position.ts';
import * as is from './shape.fixture.ts';

export const event = { id: 7, type: 'order', payload: { a: 1 }, timestamp: 5, scope: { shopId: 's', module: 'm' } };
const places = Object.assign(Object.create(null), { 'user:1': { epoch: 'e', id: 3 }, all: { epoch: 'f', id: 0 } });
const greeting = {
  success: true,
  onesocket: 1,
  userId: '1',
  time: 5,
  commandWindowMs: 6,
  streams: places,
  email: 'a@b',
  modules: ['m'],
  expiresInMs: 7,
};
export const frame = { stream: 'user:1', epoch: 'e', prev: 5, id: 9, events: [event, { ...event, id: 9 }] };
const refresh = { stream: 'user:1', epoch: 'e', id: 9, reason: 'too_far' };

const isEvent = is.shape({
  id: is.count,
  type: is.name,
  payload: is.anything,
  timestamp: is.finite,
  'scope?': is.shape({ 'shopId?': is.name, 'module?': is.name }),
});
const span = { stream: is.name, epoch: is.token, prev: is.count, id: is.count, events: is.list(isEvent, 1_000) };
/** What it says of itself holds: ids rise within `(prev, id]`. */
const joined: is.Check = (value) => {
  const { prev, id, events } = value as typeof frame;
  const ids = [prev, ...events.map((one) => one.id)];
  return prev <= id && ids.every((one, at) => one <= id && (at === 0 || one > (ids[at - 1] ?? one)));
};
const isFrame: is.Check = (value) => is.shape(span)(value) && joined(value);
const isReason = is.only(...refreshReasons);
const isRefresh = is.shape({ stream: is.name, epoch: is.token, id: is.count, reason: isReason });
const isError = is.shape({ code: is.token, message: is.either(is.only(''), is.text(1_000)) });

interface Door {
  readonly parse: (value: unknown) => unknown;
  readonly valid: unknown;
  readonly check: is.Check;
  /** What is spoiled, where that is not the valid value as a whole. */
  readonly spoil?: unknown;
}
type ParserName = Extract<keyof typeof parse, `parse${string}`>;
/** A parser without a row does not compile. */
export const doors: Record<ParserName | 'parsePosition', Door> = {
  parseCursor: { parse: parse.parseCursor, valid: { epoch: 'e', id: 3 }, check: is.cursor },
  parseCursors: { parse: parse.parseCursors, valid: places, check: is.cursors },
  parseFrame: { parse: parse.parseFrame, valid: frame, check: isFrame },
  parseLoneEvent: {
    parse: (value) => parse.parseLoneEvent(value, { stream: 'user:1', epochOf: () => 'e' }),
    valid: { ...event, stream: 'user:2', epoch: 'f', prev: 2 },
    check: (value) => isFrame(value) && (value as typeof frame).events.length === 1,
  },
  parseModules: { parse: parse.parseModules, valid: ['m'], check: is.list(is.name, 1_000) },
  parseRefresh: { parse: parse.parseRefresh, valid: refresh, check: isRefresh },
  parseHandshake: {
    parse: parse.parseHandshake,
    valid: {
      onesocket: 1,
      client: 'c',
      tab: 't',
      term: 4,
      attempt: 1,
      token: 'x',
      user: 'u',
      cursors: places,
      lastEventId: 3,
    },
    check: is.shape({
      onesocket: is.only(1),
      client: is.token,
      tab: is.token,
      term: (value) => is.count(value) && Number(value) < 2 ** 52,
      attempt: is.count,
      'token?': is.anyText,
      'user?': is.name,
      'cursors?': is.cursors,
      'lastEventId?': is.count,
    }),
  },
  parseAuthenticated: {
    parse: parse.parseAuthenticated,
    valid: { ...greeting, socketId: 'x', sessionId: 'y' },
    spoil: greeting,
    check: is.shape({
      success: is.only(true),
      onesocket: is.only(1),
      userId: is.name,
      socketId: is.anyText,
      sessionId: is.anyText,
      time: is.count,
      commandWindowMs: is.count,
      streams: is.cursors,
      'email?': is.name,
      'modules?': is.list(is.name, 1e6),
      'expiresInMs?': is.count,
    }),
  },
  parseSyncRequest: {
    parse: parse.parseSyncRequest,
    valid: { stream: 's', lastEventId: 3, epoch: 'e' },
    check: is.shape({ 'stream?': is.name, lastEventId: is.count, 'epoch?': is.token }),
  },
  parseError: { parse: parse.parseError, valid: { code: 'c', message: 'm' }, check: isError },
  parseSyncAnswer: {
    parse: parse.parseSyncAnswer,
    valid: { ...frame, more: true },
    check: is.either(
      (value) => is.shape({ ...span, more: is.bool })(value) && joined(value),
      is.shape({ fullRefresh: is.shape({ epoch: is.token, id: is.count, reason: isReason }) }),
      is.shape({ error: isError }),
    ),
  },
  parseCommandRequest: {
    parse: parse.parseCommandRequest,
    valid: { id: 'i', name: 'n', args: [1, { a: 2 }], sentAt: 5 },
    check: is.shape({ id: is.token, name: is.name, args: is.list(is.anything, 16), sentAt: is.count }),
  },
  parseCommandAnswer: {
    parse: parse.parseCommandAnswer,
    valid: { ok: true, result: 5, position: 'p' },
    check: is.either(
      is.shape({ ok: is.only(true), result: is.anything, 'position?': is.text(65_536) }),
      is.shape({ ok: is.only(false), error: isError }),
    ),
  },
  parsePosition: { parse: parsePosition, valid: toPosition(places), check: is.cursors },
};
export const rows = Object.entries(doors).map(([name, door]) => ({ name, ...door }));
