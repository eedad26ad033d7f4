/**
 * Names of channels. A filter is part of the stream's name: `channel:logs?level=error,warn&service=api`
 * is a view on `channel:logs`. One form for one meaning, so that equal wishes are one stream.
 */
import { limits } from './limits.ts';
import { isName, toFields } from './parse.ts';

type Scalar = string | number | boolean;

/**
 * By field of the payload: the value, or the values, of which it must have one. All fields must match.
 * Compared as text: `5` and `'5'` are the same. A field that is `undefined` is left out.
 */
export type Filter = Readonly<Record<string, Scalar | readonly Scalar[] | undefined>>;

/** What a stream's name says. */
interface ChannelName {
  readonly name: string;
  /** The stream whose log, epoch and ids the view shares. */
  readonly log: string;
  readonly filter: ReadonlyMap<string, ReadonlySet<string>>;
}

const prefix = 'channel:';

export const isChannel = (stream: string): boolean => stream.startsWith(prefix);

/** `null`: there is no such channel or filter, or its name is too long. */
export function toChannelStream(name: unknown, filter: unknown = {}): string | null {
  const fields = toFields(filter);
  if (!isName(name) || name.includes('?') || !fields) return null;
  const terms: string[] = [];
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const term = toTerm(field, Array.isArray(value) ? value : [value]);
    if (term === null) return null;
    terms.push(term);
  }
  const stream = prefix + name + (terms.length > 0 ? `?${terms.sort().join('&')}` : '');
  return isName(stream) ? stream : null;
}

function toTerm(field: string, values: readonly unknown[]): string | null {
  // More than the name could hold is not even looked at.
  if (field === '' || values.length === 0 || values.length > limits.name || !values.every(isScalar)) return null;
  try {
    const encoded = [...new Set(values.map(String))].map(encodeURIComponent);
    return `${encodeURIComponent(field)}=${encoded.sort().join(',')}`;
  } catch {
    return null; // half a character has no encoding
  }
}

/** `null` for what `toChannelStream` does not make. */
export function parseChannel(stream: string): ChannelName | null {
  const [log = '', query] = stream.split('?', 2);
  const filter = new Map<string, ReadonlySet<string>>();
  for (const term of query === undefined ? [] : query.split('&')) {
    const [field = '', values = ''] = term.split('=', 2);
    filter.set(decode(field), new Set(values.split(',').map(decode)));
  }
  const name = log.slice(prefix.length);
  const fields = Object.fromEntries([...filter].map(([field, values]) => [field, [...values]]));
  return stream === toChannelStream(name, fields) ? { name, log, filter } : null;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** What can't be decoded is not its own canonical form. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
