import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toPlain } from './plain-data.ts';

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify([value]))[0];

it.each<[string, unknown]>([
  ['a date', new Date(5)],
  ['what JSON has no word for', [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => {}, Symbol('s')]],
  ['fields of that kind', { a: undefined, b: () => {}, c: Symbol('s'), d: Number.NaN, e: null }],
  ['a map and a set', { map: new Map([[1, 2]]), set: new Set([1]) }],
  ['an object that says what it is', { a: { toJSON: (key: string) => ({ key, at: new Date(0) }) } }],
  [
    'an object that answers itself',
    {
      toJSON() {
        return this;
      },
      n: 1,
    },
  ],
  [
    'a class',
    new (class Point {
      x = 1;
      get y() {
        return 2;
      }
    })(),
  ],
  ['a proxy', new Proxy({ list: new Proxy([1, { two: 2 }], {}) }, {})],
  ['holes', new Array(2)],
  ['names that are special', JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}')],
])('is what JSON makes of %s', (_, value) => {
  expect(toPlain([value])).toEqual([asJson(value)]);
});

it('is what JSON makes of anything', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withNullPrototype: true }), (value) => {
      expect(JSON.stringify(toPlain([value]))).toBe(JSON.stringify([value]));
    }),
  );
});

it('leaves binary as it is, however deep', () => {
  const bytes = new Uint8Array([1, 2]);
  for (const value of [bytes, bytes.buffer, new DataView(bytes.buffer), new Blob(['b']), new File(['f'], 'f')]) {
    const { deep } = toPlain({ deep: [value] }) as { readonly deep: readonly unknown[] };
    expect(deep[0]).toBe(value);
  }
});

it('is a copy: what changes afterwards is not sent', () => {
  const order = { lines: [1] };
  const plain = toPlain(order);
  order.lines.push(2);
  expect(plain).toEqual({ lines: [1] });
});

it('throws what JSON throws', () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  expect(() => toPlain(cycle)).toThrow(RangeError);
  expect(() => toPlain({ n: 1n })).toThrow('Do not know how to serialize a BigInt');
});
