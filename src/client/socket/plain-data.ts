/** Arguments as Socket.IO's own parser would send them, taken at the moment of the emit. */

const binary = /(Blob|File|ArrayBuffer)]$/;

/**
 * JSON's rules, with binary left as it is: `toJSON` is asked, functions and `undefined` go, proxies become plain.
 * So a follower can post what the leader would have sent, and nobody changes what waits.
 * @throws what `JSON.stringify` throws: of a BigInt, of a cycle, out of a `toJSON`
 */
export function toPlain(value: unknown, key: string | number = ''): unknown {
  if (typeof value === 'bigint') throw new TypeError('Do not know how to serialize a BigInt');
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value) || binary.test(Object.prototype.toString.call(value))) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return walk(toJSON.call(value, String(key)));
  return walk(value);
}

function walk(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return toPlain(value);
  if (Array.isArray(value)) return Array.from(value, (item, index) => toPlain(item, index) ?? null);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, toPlain(item, key)] as const)
      .filter(([, item]) => item !== undefined),
  );
}
