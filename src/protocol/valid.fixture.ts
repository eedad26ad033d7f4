/** Messages that hold to their types, by chance. */
import fc from 'fast-check';
import { refreshReasons } from './codes.ts';
import type { Cursors } from './cursor.ts';
import { limits } from './limits.ts';
import type { Frame, WireEvent } from './messages.ts';

/** Names that a careless map would stumble over are names like any other. */
const odd = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '\u0000', '💥', ' ');
export const name = fc.oneof(odd, fc.string({ minLength: 1, maxLength: 20 }), fc.constant('n'.repeat(256)));
export const token = fc.oneof(odd, fc.string({ minLength: 1, maxLength: 20 }), fc.constant('t'.repeat(128)));
export const count = fc.oneof(fc.nat(9), fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER));
const text = fc.string({ maxLength: 30 });
const payload = fc.anything({ maxDepth: 2 });

/** A record with those fields; the others may be missing, but are never undefined. */
const record = <T extends object, K extends keyof T>(
  fields: { [Key in keyof T]: fc.Arbitrary<T[Key]> },
  requiredKeys: readonly K[],
) => fc.record(fields, { requiredKeys: [...requiredKeys], noNullPrototype: true });

export const cursor = fc.record({ epoch: token, id: count }, { noNullPrototype: true });
export const cursors: fc.Arbitrary<Cursors> = fc
  .uniqueArray(fc.tuple(name, cursor), { maxLength: limits.streams, selector: ([stream]) => stream })
  .map((pairs) => {
    const streams: Record<string, { epoch: string; id: number }> = Object.create(null);
    for (const [stream, place] of pairs) streams[stream] = place;
    return streams;
  });
const scope = record({ shopId: name, module: name }, []);

const event: fc.Arbitrary<Omit<WireEvent, 'id'>> = record(
  { type: name, payload, timestamp: fc.double({ noNaN: true, noDefaultInfinity: true }), scope },
  ['type', 'payload', 'timestamp'],
);
/** Ids that rise, some left out. */
export const frame: fc.Arbitrary<Frame> = fc
  .record({
    stream: name,
    epoch: token,
    prev: fc.oneof(
      fc.nat(9),
      fc.maxSafeNat().map((n) => Math.floor(n / 2)),
    ),
    events: fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), event), { maxLength: 6 }),
    rest: fc.nat(3),
  })
  .map(({ stream, epoch, prev, events, rest }) => {
    let id = prev;
    const numbered = events.map(([step, fields]) => {
      id += step;
      return { id, ...fields };
    });
    return { stream, epoch, prev, id: id + rest, events: numbered };
  });
const reason = fc.constantFrom(...refreshReasons);
export const refresh = record({ stream: name, epoch: token, id: count, reason }, ['stream', 'epoch', 'id', 'reason']);
export const error = fc.record({ code: token, message: text }, { noNullPrototype: true });
export const handshake = record(
  {
    onesocket: fc.constant<1>(1),
    client: token,
    tab: token,
    term: count.map((term) => term % 2 ** 52),
    attempt: count,
    token: text,
    user: name,
    cursors,
    lastEventId: count,
  },
  ['onesocket', 'client', 'tab', 'term', 'attempt'],
);
export const authenticated = record(
  {
    success: fc.constant<true>(true),
    onesocket: fc.constant<1>(1),
    userId: name,
    email: name,
    modules: fc.array(name, { maxLength: 5 }),
    socketId: name,
    sessionId: name,
    expiresInMs: count,
    time: count,
    commandWindowMs: count,
    streams: cursors,
  },
  ['success', 'onesocket', 'userId', 'socketId', 'sessionId', 'time', 'commandWindowMs', 'streams'],
);
export const syncRequest = record({ stream: name, lastEventId: count, epoch: token }, ['lastEventId']);
export const syncAnswer = fc.oneof(
  fc.tuple(frame, fc.boolean()).map(([piece, more]) => ({ ...piece, more })),
  fc.record({ epoch: token, id: count, reason }, { noNullPrototype: true }).map((place) => ({ fullRefresh: place })),
  error.map((told) => ({ error: told })),
);
export const commandRequest = fc.record(
  { id: token, name, args: fc.array(payload, { maxLength: 16 }), sentAt: count },
  { noNullPrototype: true },
);
export const commandAnswer = fc.oneof(
  record({ ok: fc.constant<true>(true), result: payload, position: fc.string({ minLength: 1, maxLength: 90 }) }, [
    'ok',
    'result',
  ]),
  error.map((told) => ({ ok: false as const, error: told })),
);
export { payload };
