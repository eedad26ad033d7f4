/** A message of every type between tabs, and what its type says as a check. */
import { refreshReasons } from '../protocol/codes.ts';
import { parseFrame } from '../protocol/parse.ts';
import * as is from '../protocol/shape.fixture.ts';
import type { LeaderBody, Message, TabBody } from './envelope.ts';

export const places = Object.assign(Object.create(null), { 'user:1': { epoch: 'e', id: 3 } });
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
export const frame = { stream: 'user:1', epoch: 'e', prev: 5, id: 9, events: [event] };
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
  hello: { type: 'hello', fresh: true, cursors: places, streams: ['channel:logs?level=error'] },
  bye: { type: 'bye' },
  ask: { type: 'ask' },
  command: {
    type: 'command',
    id: 'i',
    post: 1,
    name: 'n',
    args: [1],
    sentAt: null,
    wantsAnswer: true,
    flags: { volatile: true, compress: true },
  },
  want: { type: 'want', name: 'orders', version: 0, fresh: false },
  loaded: { type: 'loaded', name: 'orders', version: 0, state: [1], position: places },
  'sign-out': { type: 'sign-out' },
};
export const fromLeader: Record<Body['type'], boolean> = {
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
  hello: { fresh: is.bool, cursors: is.cursors, streams: is.list(is.name, 32) },
  bye: {},
  ask: {},
  command: {
    id: is.token,
    post: is.count,
    name: is.name,
    args: is.list(is.anything, 16),
    sentAt: is.either(is.count, is.only(null)),
    wantsAnswer: is.bool,
    'flags?': is.shape({ volatile: is.bool, compress: is.bool }),
  },
  want: { ...key, fresh: is.bool },
  loaded: { ...key, 'state?': is.anything, 'position?': is.cursors },
  'sign-out': {},
};
const isTerm: is.Check = (value) => is.count(value) && Number(value) < 2 ** 52;
export const isMessage = (message: Message): boolean =>
  is.shape({
    v: is.only(1),
    term: isTerm,
    from: is.token,
    'seq?': is.count,
    'to?': is.list(is.name, 1_000),
    type: is.only(message.type),
    ...checks[message.type],
  })(message);

export const head = { v: 1, term: 4, from: 't', seq: 3, to: ['u'] };
export const rows = (Object.keys(bodies) as Body['type'][]).map((type) => ({
  type,
  message: { ...head, ...bodies[type] },
}));
