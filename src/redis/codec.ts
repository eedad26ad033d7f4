/**
 * Plain data as text: JSON, with binary taken out and listed beside it by its path, so that nothing in an app's own
 * data can be mistaken for it. Readable in `redis-cli`.
 */

type Path = readonly (string | number)[];
/** `b`: bytes; `a`: an `ArrayBuffer`. */
type Binary = readonly [path: Path, kind: 'b' | 'a', base64: string];

interface Stored {
  readonly value?: unknown;
  readonly binary?: readonly Binary[];
}

export function encode(data: unknown): string {
  const binary: Binary[] = [];
  const value = takeOut(data, [], binary);
  return JSON.stringify({ value, ...(binary.length > 0 && { binary }) } satisfies Stored);
}

export function decode(text: string): unknown {
  const { value, binary = [] } = JSON.parse(text) as Stored;
  const root = { value };
  for (const [path, kind, base64] of binary) putBack(root, path, toBinary(kind, base64));
  return root.value;
}

function takeOut(value: unknown, path: Path, binary: Binary[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const bytes = toBytes(value);
  if (bytes) {
    binary.push([path, ArrayBuffer.isView(value) ? 'b' : 'a', bytes.toString('base64')]);
    return null;
  }
  if (Array.isArray(value)) return value.map((item, index) => takeOut(item, [...path, index], binary));
  const fields: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) fields[key] = takeOut(field, [...path, key], binary);
  return fields;
}

function toBytes(value: object): Buffer | null {
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  return ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : null;
}

function toBinary(kind: Binary[1], base64: string): Buffer | ArrayBuffer {
  const bytes = Buffer.from(base64, 'base64');
  // A small buffer shares its memory with others.
  return kind === 'b' ? bytes : new Uint8Array(bytes).buffer;
}

function putBack(root: { value: unknown }, path: Path, value: unknown): void {
  let holder = root as Record<string | number, unknown>;
  let last: string | number = 'value';
  for (const key of path) {
    holder = holder[last] as Record<string | number, unknown>;
    last = key;
  }
  holder[last] = value;
}
