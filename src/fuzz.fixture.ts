/** For all fuzz tests: how often they run, how much went in, and values that no wire carries. */
import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { deep } from './protocol/shape.fixture.ts';

/** `FUZZ_RUNS=100` runs each property a hundred times as often, on inputs that nobody has seen. */
const times = Number(process.env.FUZZ_RUNS ?? 1);
/** Without it a change is judged by the same inputs each time. */
const fixedSeed = process.env.FUZZ_RUNS === undefined ? { seed: 20_261_123 } : {};

export const runs = (count: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: Math.ceil(count * times),
  ...fixedSeed,
});
/** For `it(title, test, within)`. */
export const within = Math.ceil(60_000 * Math.max(1, times));

const inputsByDoor = new Map<string, number>();

/** So many hostile inputs went in at a door. */
export function fed(door: string, inputs = 1): void {
  inputsByDoor.set(door, (inputsByDoor.get(door) ?? 0) + inputs);
}

// One line per test file, appended: the files run in several processes.
afterAll(() => {
  const file = process.env.FUZZ_JSON;
  if (file && inputsByDoor.size > 0) appendFileSync(file, `${JSON.stringify(Object.fromEntries(inputsByDoor))}\n`);
});

/** Nobody left a mark on what everything inherits from. */
export const isClean = (): boolean =>
  Object.keys(Object.prototype).length === 0 && Object.keys(Array.prototype).length === 0;

function cyclic(): unknown {
  const value: Record<string, unknown> = { stream: 's', epoch: 'e', prev: 0, id: 1, v: 1, term: 1, from: 'x' };
  value.events = [value];
  value.cursors = value;
  value.items = [value];
  value.streams = value;
  return value;
}

const fail = (): never => {
  throw new Error('hands off');
};
const everything: ProxyHandler<object> = {
  get: fail,
  has: fail,
  ownKeys: fail,
  getPrototypeOf: fail,
  getOwnPropertyDescriptor: fail,
};

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** Says of itself that it is short, and never ends. */
const endless = (): unknown =>
  new Proxy([], { get: (_, key) => (key === 'length' ? 1 : key === Symbol.iterator ? forEver : {}) });
function* forEver(): Generator<object> {
  for (;;) yield {};
}

/** Made once: they are large, and nobody changes them. */
const abyss = deep(100_000);
const crowd = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n]));

/** What only a script of the same page could hand over, made when called: not even the generator may look at it. */
export const exotic: fc.Arbitrary<() => unknown> = fc.constantFrom<() => unknown>(
  () => new Proxy({}, everything),
  () => new Proxy([], everything),
  () => new Proxy(() => {}, everything),
  () => revoked({}),
  () => revoked([]),
  endless,
  cyclic,
  () => abyss,
  () => new Map([['epoch', 'e']]),
  () => new Set(['e']),
  () => new Date(Number.NaN),
  () => new ArrayBuffer(16),
  () => new Float64Array(100_000),
  () => new Error('no'),
  () => /x/,
  () =>
    new (class Frame {
      readonly stream = 's';
    })(),
  () => new String('user:u'),
  () => Object(1n),
  () => Symbol('s'),
  () => () => {},
  () => new Array(2 ** 32 - 1),
  () => crowd,
);

type Fields = Record<string, unknown>;

/** The value with getters in place of its fields: each gives what is valid first and something else from then on. */
export function shifty(value: unknown, later: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => shifty(item, later));
  if (typeof value !== 'object' || value === null) return value;
  const object = {};
  for (const [key, field] of Object.entries(value)) {
    let reads = 0;
    const get = (): unknown => {
      reads += 1;
      return reads === 1 ? shifty(field, later) : later;
    };
    Object.defineProperty(object, key, { get, enumerable: true });
  }
  return object;
}

/** The value with one field that throws when it is read. */
export function touchy(value: object, key: string): object {
  return Object.defineProperty({ ...value }, key, { get: fail, enumerable: true });
}

/** All the value's fields, none of them its own. */
export const inherited = (value: object): object => Object.create(value) as Fields;
