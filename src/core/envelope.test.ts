import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refreshReasons } from '../protocol/codes.ts';
import { parseFrame } from '../protocol/parse.ts';
import * as is from '../protocol/shape.fixture.ts';
import { isFromLeader, type LeaderBody, type Message, parseMessage, type TabBody } from './envelope.ts';

const places = Object.assign(Object.create(null), { 'user:1': { epoch: 'e', id: 3 } });
const link = {
  connection: 'waiting',
  serial: 2,
  recovered: true,
  socketId: 'x',
  modules: ['m'],
  time: 5,
  reason: { code: 'transport', message: 'gone' },
} as const;
const statement = { client: 'c', user: 'u', link, positions: places, steals: 1, tabs: ['t', 'u'] };
const event = { id: 7, type: 'order', payload: { a: 1 }, timestamp: 5 };
const frame = { stream: 'user:1', epoch: 'e', prev: 5, id: 9, events: [event] };
const refresh = { stream: 'user:1', epoch: 'e', id: 9, reason: 'gap' } as const;
const packet = { packet: 'mine', args: [1, { a: 2 }] };

type Body = LeaderBody | TabBody;
/** A message without a row does not compile. */
const bodies: { readonly [T in Body['type']]: Body & { readonly type: T } } = {
  lead: { type: 'lead', ...statement },
  welcome: { type: 'welcome', ...statement },
  alive: { type: 'alive', ...statement },
  take: { type: 'take' },
  items: { type: 'items', items: [frame, refresh, packet], fills: ['user:1'] },
  later: { type: 'later', id: 'i', post: 3 },
  outcome: { type: 'outcome', id: 'i', answer: { ok: true, result: 3, position: 'p' } },
  load: { type: 'load', name: 'orders', version: 1 },
  hello: { type: 'hello', fresh: true, cursors: places },
  bye: { type: 'bye' },
  ask: { type: 'ask' },
  command: { type: 'command', id: 'i', post: 1, name: 'n', args: [1], sentAt: null, wantsAnswer: true },
  want: { type: 'want', name: 'orders', version: 0, fresh: false },
  loaded: { type: 'loaded', name: 'orders', version: 0, state: [1], position: places },
  'sign-out': { type: 'sign-out' },
};
const fromLeader: Record<Body['type'], boolean> = {
  lead: true,
  welcome: true,
  alive: true,
  take: true,
  items: true,
  later: true,
  outcome: true,
  load: true,
  hello: false,
  bye: false,
  ask: false,
  command: false,
  want: false,
  loaded: false,
  'sign-out': false,
};

const isLink = is.shape({
  connection: is.only('idle', 'connecting', 'syncing', 'connected', 'waiting', 'signed-out', 'failed'),
  serial: is.count,
  recovered: is.bool,
  'socketId?': is.name,
  'modules?': is.list(is.name, 1_000),
  'time?': is.count,
  'reason?': is.shape({ code: is.token, message: is.anyText }),
});
const isStatement = {
  client: is.token,
  'user?': is.name,
  link: isLink,
  positions: is.cursors,
  steals: is.count,
  tabs: is.list(is.name, 1_000),
};
const isItem = is.either(
  (value) => parseFrame(value) !== null,
  is.shape({ stream: is.name, epoch: is.token, id: is.count, reason: is.only(...refreshReasons) }),
  is.shape({ packet: is.name, args: Array.isArray }),
);
const isError = is.shape({ code: is.token, message: is.either(is.only(''), is.text(1_000)) });
const isAnswer = is.either(
  is.shape({ ok: is.only(true), result: is.anything, 'position?': is.text(65_536) }),
  is.shape({ ok: is.only(false), error: isError }),
);
const key = { name: is.name, version: is.count };
const checks: Record<Body['type'], Readonly<Record<string, is.Check>>> = {
  lead: isStatement,
  welcome: isStatement,
  alive: isStatement,
  take: {},
  items: { items: is.list(isItem, 1_000), 'fills?': is.list(is.name, 1_000) },
  later: { id: is.token, post: is.count },
  outcome: { id: is.token, answer: isAnswer },
  load: key,
  hello: { fresh: is.bool, cursors: is.cursors },
  bye: {},
  ask: {},
  command: {
    id: is.token,
    post: is.count,
    name: is.name,
    args: is.list(is.anything, 16),
    sentAt: is.either(is.count, is.only(null)),
    wantsAnswer: is.bool,
  },
  want: { ...key, fresh: is.bool },
  loaded: { ...key, 'state?': is.anything, 'position?': is.cursors },
  'sign-out': {},
};
const isTerm: is.Check = (value) => is.count(value) && Number(value) < 2 ** 52;
const isMessage = (message: Message): boolean =>
  is.shape({
    v: is.only(1),
    term: isTerm,
    from: is.token,
    'to?': is.list(is.name, 1_000),
    type: is.only(message.type),
    ...checks[message.type],
  })(message);

const head = { v: 1, term: 4, from: 't', to: ['u'] };
const rows = (Object.keys(bodies) as Body['type'][]).map((type) => ({ type, message: { ...head, ...bodies[type] } }));
/** Put in the place of the words beside a code: see the codes' own test. */
const withoutReason = (message: object): unknown =>
  'link' in message ? { ...message, link: { connection: 'connected', serial: 1, recovered: false } } : message;

describe('the door between tabs', () => {
  it.each(rows)('lets $type through whole, also over a structured clone', ({ type, message }) => {
    const parsed = parseMessage(structuredClone(message));
    expect(parsed).toEqual(message);
    expect(parsed && isMessage(parsed)).toBe(true);
    expect(parsed && isFromLeader(parsed)).toBe(fromLeader[type]);
  });

  it.each(rows)('[P8] never throws at a spoiled $type, and gives null or what its type says', ({ message }) => {
    fc.assert(
      fc.property(is.spoiled(withoutReason(message)), (bad) => {
        const parsed = parseMessage(bad);
        expect(parsed === null || isMessage(parsed)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect({}).not.toHaveProperty('polluted');
  });

  it('[P8] drops anything else', () => {
    fc.assert(fc.property(is.hostile, (bad) => parseMessage(bad) === null));
    for (const type of ['__proto__', 'constructor', 'toString', 'LEAD', '']) {
      expect(parseMessage({ ...head, type })).toBeNull();
    }
  });

  it.each([
    ['another version', { v: 2 }],
    ['no version', { v: undefined }],
    ['a term out of bounds', { term: 2 ** 52 }],
    ['a term that is no whole number', { term: 1.5 }],
    ['no sender', { from: '' }],
    ['a sender too long', { from: 'x'.repeat(129) }],
    ['receivers that are no list', { to: 'u' }],
    ['too many receivers', { to: Array.from({ length: 1_001 }, () => 'u') }],
  ])('[P8] drops a message with %s', (_, change) => {
    expect(parseMessage({ ...head, type: 'ask' })).not.toBeNull();
    expect(parseMessage({ ...head, type: 'ask', ...change })).toBeNull();
  });

  it('[P8] drops a post of which one item is malformed, and one with too many', () => {
    const items = (list: readonly unknown[]): unknown => ({ ...head, type: 'items', items: list });
    expect(parseMessage(items([frame]))).not.toBeNull();
    expect(parseMessage(items([frame, { ...frame, prev: 10 }]))).toBeNull();
    expect(parseMessage(items(Array.from({ length: 1_001 }, () => frame)))).toBeNull();
  });

  it('[P8] carries nothing on that the type does not have', () => {
    const message = { ...head, type: 'hello', fresh: true, cursors: places, token: 'secret' };
    expect(Object.keys(parseMessage(message) ?? {})).not.toContain('token');
  });
});
