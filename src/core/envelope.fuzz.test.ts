import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exotic, fed, inherited, isClean, runs, shifty, touchy, within } from '../fuzz.fixture.ts';
import * as is from '../protocol/shape.fixture.ts';
import * as valid from '../protocol/valid.fixture.ts';
import { parseMessage } from './envelope.ts';
import { isMessage, rows } from './messages.fixture.ts';

const names = fc.array(valid.name, { maxLength: 5 });
const channels = fc.array(fc.constantFrom('channel:logs', 'channel:logs?level=error'), { maxLength: 5 });
const link = fc.record(
  {
    connection: fc.constantFrom('idle', 'connecting', 'syncing', 'connected', 'waiting', 'signed-out', 'failed'),
    serial: valid.count,
    recovered: fc.boolean(),
    socketId: valid.name,
    modules: names,
    time: valid.count,
    reason: valid.error,
  },
  { requiredKeys: ['connection', 'serial', 'recovered'], noNullPrototype: true },
);
const client = valid.token.filter((name) => !name.startsWith('/'));
const packet = fc.record(
  { packet: valid.name, args: fc.array(valid.payload, { maxLength: 3 }) },
  { noNullPrototype: true },
);
const items = fc.array(fc.oneof(valid.frame, valid.refresh, packet), { maxLength: 5 });
const type = <Type extends string>(...types: readonly Type[]): fc.Arbitrary<Type> => fc.constantFrom(...types);
const key = { name: valid.name, version: valid.count };
const loaded = { type: type('loaded'), ...key, state: valid.payload, position: valid.cursors };
const bodies: readonly [fields: Record<string, fc.Arbitrary<unknown>>, optional: readonly string[]][] = [
  [
    {
      type: type('lead', 'welcome', 'alive'),
      ...{ client, user: valid.name, link, positions: valid.cursors, steals: valid.count, tabs: names },
    },
    ['user'],
  ],
  [{ type: type('take', 'bye', 'ask', 'sign-out') }, []],
  [{ type: type('items'), items, fills: names }, ['fills']],
  [{ type: type('later'), id: valid.token, post: valid.count }, []],
  [{ type: type('outcome'), id: valid.token, answer: valid.commandAnswer }, []],
  [{ type: type('load'), ...key }, []],
  [{ type: type('hello'), fresh: fc.boolean(), cursors: valid.cursors, streams: channels }, []],
  [
    {
      type: type('command'),
      ...{ id: valid.token, post: valid.count, name: valid.name, args: fc.array(valid.payload, { maxLength: 16 }) },
      ...{ sentAt: fc.option(valid.count), wantsAnswer: fc.boolean() },
    },
    [],
  ],
  [{ type: type('want'), ...key, fresh: fc.boolean() }, []],
  [loaded, []],
];
const message = fc.oneof(
  ...bodies.map(([fields, optional]) => {
    const head = { v: fc.constant(1), term: fc.nat(), from: valid.token, to: names };
    const all: Record<string, fc.Arbitrary<unknown>> = { ...head, ...fields };
    const requiredKeys = Object.keys(all).filter((field) => field !== 'to' && !optional.includes(field));
    return fc.record(all, { requiredKeys, noNullPrototype: true });
  }),
);

describe('the guard of the channel', () => {
  it(
    'lets every valid message through as it is',
    () => {
      fc.assert(
        fc.property(message, (value) => {
          expect(parseMessage(value)).toEqual(value);
        }),
        runs(400),
      );
    },
    within,
  );

  it.each(rows)(
    '[P8] whatever becomes of a $type, it does not throw, and gives null or what its type says',
    ({ message: whole }) => {
      const bad = fc.oneof(
        exotic,
        is.hostile.map((value) => () => value),
      );
      const shifted = exotic.map((later) => () => shifty(whole, later()));
      fc.assert(
        fc.property(fc.oneof(bad, is.spoiledBy(whole, bad), shifted), (make) => {
          fed('parsers');
          const read = parseMessage(make());
          expect(read === null || isMessage(read)).toBe(true);
        }),
        runs(1_000),
      );
      expect(isClean()).toBe(true);
    },
    within,
  );

  it.each(rows)(
    '[P8] of a $type it refuses fields that throw, and takes none that is not its own',
    ({ message: whole }) => {
      for (const field of Object.keys(whole)) expect(parseMessage(touchy(whole, field))).toBeNull();
      expect(parseMessage(inherited(whole))).toBeNull();
    },
  );

  it('[P8] a client without a name before its slash is none', () => {
    const [lead] = rows;
    expect(parseMessage({ ...lead?.message, client: 'c/t' })).not.toBeNull();
    expect(parseMessage({ ...lead?.message, client: '/t' })).toBeNull();
  });
});
