/** A payload's copy at the moment of `emit`: what is replayed later is what was sent, whatever the app does to it. */

const maxDepth = 64;

/**
 * Plain data and binary, copied. What JSON would drop or change without a word (functions, `NaN`, maps, cycles...)
 * is a `TypeError` that names the place; an object's `undefined` fields are left out, as on the wire.
 */
export function toPayload(value: unknown): unknown {
  return value === undefined ? undefined : copy(value, 'payload', 0);
}

function refuse(path: string, what: string): never {
  throw new TypeError(`${path} can't be sent: ${what}. Send plain data or binary.`);
}

function copy(value: unknown, path: string, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(path, 'it is not a finite number');
  if (typeof value !== 'object') return refuse(path, `it is of type ${typeof value}`);
  if (depth > maxDepth) return refuse(path, `it is nested deeper than ${maxDepth} levels, or in itself`);
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) return Buffer.from(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  if (Array.isArray(value)) return value.map((item, index) => copy(item, `${path}[${index}]`, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return copy(value.toJSON(), path, depth + 1);
  if (value instanceof Map || value instanceof Set || value instanceof Promise) {
    return refuse(path, `it is a ${value.constructor.name}`);
  }
  return copyFields(value, path, depth);
}

function copyFields(value: object, path: string, depth: number): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (key === '__proto__') refuse(path, 'it has a field named __proto__');
    if (field !== undefined) fields[key] = copy(field, `${path}.${key}`, depth + 1);
  }
  return fields;
}
