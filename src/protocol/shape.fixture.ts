/** Types said once more, as checks that share nothing with the parsers, and values that mean harm. */
import fc from 'fast-check';

export type Check = (value: unknown) => boolean;

export const text =
  (max: number): Check =>
  (value) =>
    typeof value === 'string' && value.length >= 1 && value.length <= max;
export const name = text(256);
export const token = text(128);
export const anyText: Check = (value) => typeof value === 'string';
export const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
export const bool: Check = (value) => typeof value === 'boolean';
export const finite: Check = (value) => Number.isFinite(value);
export const anything: Check = () => true;
export const only =
  (...allowed: readonly unknown[]): Check =>
  (value) =>
    allowed.includes(value);
export const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
export const list =
  (check: Check, max: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= max && Array.from(value).every(check);
/** An object with those keys and no others; a key with `?` may be missing, but not undefined. */
export const shape =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const names = Object.keys(checks).map((key) => key.replace('?', ''));
    if (Object.keys(value).some((key) => !names.includes(key))) return false;
    return Object.entries(checks).every(([key, check]) => {
      const own = Object.hasOwn(value, key.replace('?', ''));
      return own ? check((value as Record<string, unknown>)[key.replace('?', '')]) : key.endsWith('?');
    });
  };
export const cursor = shape({ epoch: token, id: count });
/** Whatever the streams are called: no prototype, so that none is special. */
export const cursors: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === null &&
  Object.keys(value).length <= 96 &&
  Object.keys(value).every(name) &&
  Object.values(value).every(cursor);
export const error = shape({ code: token, message: text(1_000) });

export const deep = (levels: number): unknown => {
  let value: unknown = 'bottom';
  for (let n = 0; n < levels; n += 1) value = n % 2 === 0 ? [value] : { value };
  // A report of a failure would not get to its bottom.
  return Object.defineProperty(Object(value), fc.toStringMethod, { value: () => `deep(${levels})` });
};
const pollution: unknown = JSON.parse(
  '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
);

/** What JSON, or a structured clone, can bring: no functions, no symbols, no getters. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    -0,
    1.5,
    2 ** 53,
    2 ** 52,
    Number.MAX_SAFE_INTEGER,
    '',
    '__proto__',
    'constructor',
    'x'.repeat(257),
    'x'.repeat(70_000),
    null,
    undefined,
    true,
    10n,
    [],
    {},
    pollution,
    deep(5_000),
    new Array(1_001).fill(0),
    new Array(100_000).fill({}),
    Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`s${n}`, { epoch: 'e', id: 1 }])),
    new Map([['epoch', 'e']]),
    new Date(0),
    new Uint8Array(8),
  ),
  fc.anything({ withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true, maxDepth: 3 }),
);

/** A valid value with something hostile put in one place of it, or an extra field, or one field less. */
export const spoiled = (valid: unknown): fc.Arbitrary<unknown> =>
  spoiledBy(
    valid,
    hostile.map((bad) => () => bad),
  ).map((make) => make());

/** The same by functions, for values that not even the generator can look at. */
export function spoiledBy(valid: unknown, bad: fc.Arbitrary<() => unknown>): fc.Arbitrary<() => unknown> {
  const spots = pathsOf(valid);
  return fc
    .record({
      spot: fc.constantFrom(...spots),
      how: fc.constantFrom('put', 'drop', 'add'),
      bad,
      key: fc.string(),
    })
    .map(
      ({ spot, how, bad: make, key }) =>
        () =>
          change(valid, spot, how, make(), key),
    );
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function change(value: unknown, [key, ...rest]: readonly string[], how: string, bad: unknown, extra: string): unknown {
  if (key === undefined) return how === 'add' && isRecord(value) ? define({ ...value }, extra, bad) : bad;
  if (Array.isArray(value))
    return value.map((item, at) => (String(at) === key ? change(item, rest, how, bad, extra) : item));
  if (!isRecord(value)) return bad;
  if (how === 'drop' && rest.length === 0) return Object.fromEntries(Object.entries(value).filter(([k]) => k !== key));
  return define({ ...value }, key, change(value[key], rest, how, bad, extra));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const define = (object: object, key: string, value: unknown): object =>
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
