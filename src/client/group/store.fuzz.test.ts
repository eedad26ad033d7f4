import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import { fed, isClean, runs, within } from '../../fuzz.fixture.ts';
import { limits } from '../../protocol/limits.ts';
import { parseHandshake } from '../../protocol/parse.ts';
import * as is from '../../protocol/shape.fixture.ts';
import * as valid from '../../protocol/valid.fixture.ts';
import { watch } from '../monitor.fixture.ts';
import { createStore } from '../ports.fixture.ts';
import { openPage } from '../socket/facade.fixture.ts';
import { createMemory } from './memory.ts';

const own = 'user:u';
const epoch = fc.constantFrom('e', 'e', 'old');
const id = fc.constantFrom(0, 1, 3, 5, 6, 100, 2 ** 53 - 1);
const ownPlace = fc.record({ epoch, id }, { noNullPrototype: true });
const cursors = fc.tuple(valid.cursors, fc.option(ownPlace)).map(([others, place]) => {
  const streams = { ...others };
  return Object.keys(streams).length < limits.streams && place ? { ...streams, [own]: place } : streams;
});
const term = fc.constantFrom(0, 1, 5, 1_000_000, 80_000_000_000, 2 ** 52 - 1, 2 ** 52, 2 ** 53 - 1, -1, Number.NaN);
const user = fc.constantFrom<unknown>('u', '', 'v', 5, 'x'.repeat(300));
/** Of this sign-in, and of an earlier one. */
const mark = fc.constantFrom('m', 'm', 'm', 'old');
const saved = fc.record(
  { term, cursors, mark, user, v: fc.nat() },
  { requiredKeys: ['term', 'cursors', 'mark'], noNullPrototype: true },
);
const record = fc.oneof(saved, saved.chain(is.spoiled), is.hostile, fc.constant(undefined));
const text = fc.option(
  fc.oneof(
    saved.map((value) => JSON.stringify(value)),
    fc.string(),
    fc.json(),
    fc.constantFrom('', 'null', '[]', '{"__proto__":{"polluted":1}}', '['.repeat(50_000), 'x'.repeat(100_000)),
  ),
);
const client = fc.oneof(fc.constantFrom<unknown>('c', '', 'a/b', '/', 'x'.repeat(128), 'x'.repeat(129)), is.hostile);

const head = 5;
const event = (n: number) => ({ id: n, type: 'order', payload: n, timestamp: 5 });
const from = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at);

/** The memory of a tab that does not lead. */
function open(store = createStore()) {
  const nothing = (): void => {};
  const events = { onHigherTerm: nothing, onSignedOut: nothing, onBroken: nothing };
  const memory = createMemory({
    store,
    clock: createManualClock(),
    group: 'g/',
    household: 'g',
    snapshot: () => null,
    ...events,
  });
  return { store, memory };
}

describe('a record that was spoiled', () => {
  it.each([
    ['', undefined],
    ['x'.repeat(257), undefined],
    [5, undefined],
    ['v', 'v'],
  ])('[P8] names no user that nobody can be: %j', async (user, expected) => {
    const { store, memory } = open();
    store.kept.set('g/:saved', { term: 3, cursors: {}, user });
    expect((await memory.read()).saved?.user).toBe(expected);
  });

  it.each([
    ['', undefined],
    ['c/t', undefined],
    ['x'.repeat(65), undefined],
    ['x'.repeat(64), 'x'.repeat(64)],
  ])('[P8] holds no client that a handshake could not carry, a tab behind it: %j', async (client, expected) => {
    const { store, memory } = open();
    store.kept.set('g/:client', client);
    expect((await memory.read()).client).toBe(expected);
  });
});

describe('a store that was spoiled', () => {
  it(
    '[P4] [P8] leads to a clean start, a replay or a refresh, and never to a place that skips events',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          record,
          text,
          client,
          fc.option(fc.string()),
          async (inDatabase, inText, storedClient, halt) => {
            fed('store');
            const page = openPage();
            page.store.get = async (key) => (key.endsWith(':client') ? storedClient : inDatabase);
            page.store.update = async (key, change) => void page.store.kept.set(key, change(inDatabase));
            const written = new Map<string, string | null>();
            page.store.writeNow = (key, value) => void written.set(key, value);
            page.store.readNow = (key) =>
              written.get(key) ??
              (written.has(key) ? null : key.endsWith(':mark') ? 'm' : key.endsWith(':saved') ? inText : halt);
            const { memory } = open({ ...page.store });
            memory.adoptMark();
            const { lost } = await memory.read();
            const socket = page.open();
            const monitor = watch('tab', socket, ['order']);
            await page.clock.settle();
            socket.connect();
            await page.clock.settle();

            const handshake = parseHandshake(page.links.last().auth);
            expect(handshake).not.toBeNull();
            expect(handshake?.term).toBeLessThan(page.clock.wall() + 2 * 366 * 86_400_000);
            // The companion's part.
            const asked = handshake?.cursors?.[own];
            const resumes = asked?.epoch === 'e' && asked.id <= head;
            await page.accept({ streams: { [own]: resumes ? asked : { epoch: 'e', id: head } } });
            if (asked && !resumes) {
              const reason = asked.epoch === 'e' ? 'cursor_ahead' : 'epoch_changed';
              await page.packet('full_refresh', { stream: own, epoch: 'e', id: head, reason });
            }
            const start = resumes ? asked.id : head;
            const events = from(start + 1, head + 1).map(event);
            await page.packet('events', { stream: own, epoch: 'e', prev: start, id: head + 1, events });
            await page.clock.advance(1_000);

            const told = monitor.story(own).filter((what) => typeof what === 'number');
            expect(told).toEqual(from(start + 1, head + 1));
            expect(monitor.story(own).length > told.length).toBe(asked ? !resumes : lost);
            expect(monitor.wrong).toEqual([]);
            expect(socket.status.connection).toBe('connected');
            expect(page.clock.reported).toEqual([]);
            expect(socket.diagnostics().cursors).toEqual({ [own]: { epoch: 'e', id: head + 1 } });
          },
        ),
        runs(400),
      );
      expect(isClean()).toBe(true);
    },
    within,
  );
});
