import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exotic, fed, inherited, isClean, runs, shifty, touchy, within } from '../fuzz.fixture.ts';
import { doors, rows } from './doors.fixture.ts';
import * as is from './shape.fixture.ts';
import * as valid from './valid.fixture.ts';

const door = 'parsers';
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

describe('the guards of the wire', () => {
  it.each(rows)(
    '[P8] $name: whatever it is given, it does not throw, and gives null or what its type says',
    ({ parse, valid: whole, check, spoil = whole }) => {
      const bad = fc.oneof(
        exotic,
        is.hostile.map((value) => () => value),
      );
      const shifted = exotic.map((later) => () => shifty(spoil, later()));
      fc.assert(
        fc.property(fc.oneof(bad, is.spoiledBy(spoil, bad), shifted), (make) => {
          fed(door);
          const read = parse(make());
          expect(read === null || check(read)).toBe(true);
        }),
        runs(1_000),
      );
      expect(isClean()).toBe(true);
    },
    within,
  );

  it.each(rows)(
    '[P8] $name refuses fields that throw, and takes none that is not its own',
    ({ parse, valid: whole }) => {
      if (!isObject(whole)) return;
      for (const key of Object.keys(whole)) expect(parse(touchy(whole, key))).toBeNull();
      expect(parse(inherited(whole))).not.toEqual(whole);
    },
  );

  it.each<[keyof typeof doors, fc.Arbitrary<unknown>]>([
    ['parseCursor', valid.cursor],
    ['parseCursors', valid.cursors],
    ['parseFrame', valid.frame],
    ['parseRefresh', valid.refresh],
    ['parseHandshake', valid.handshake],
    ['parseAuthenticated', valid.authenticated],
    ['parseSyncRequest', valid.syncRequest],
    ['parseSyncAnswer', valid.syncAnswer],
    ['parseError', valid.error],
    ['parseCommandRequest', valid.commandRequest],
    ['parseCommandAnswer', valid.commandAnswer],
  ])('%s lets every valid value through as it is', (name, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        expect(doors[name].parse(value)).toEqual(value);
      }),
      runs(150),
    );
  });

  it.each([
    ['a map', new Map()],
    ['a date', new Date()],
    ['bytes', new Uint8Array()],
    ['a buffer', new ArrayBuffer(0)],
    ['an error', new Error('x')],
  ])('[P8] %s is no record, not even an empty one', (_, value) => {
    expect(doors.parseCursors.parse(value)).toBeNull();
  });

  it('[P8] modules are the same for whoever hears of them: beyond a thousand they count as absent', () => {
    const greeting = { ...(doors.parseAuthenticated.valid as object), modules: new Array(1_001).fill('m') };
    expect(doors.parseAuthenticated.parse(greeting)).not.toHaveProperty('modules');
  });
});
