/** The guards of `subscribe` and `unsubscribe`. */
import { toChannelStream } from '../protocol/channel.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { limits } from '../protocol/limits.ts';
import { type Fields, isName, parseCursor, toFields } from '../protocol/parse.ts';

/** Names under which a client may give the filter of one channel, and of fields under other names. */
const aliases: readonly {
  readonly option: string;
  readonly channel: string;
  readonly fields: Readonly<Record<string, string>>;
}[] = [
  { option: 'eventFilters', channel: 'events', fields: { eventTypes: 'eventType', services: 'service' } },
  { option: 'dlqFilters', channel: 'dlq', fields: {} },
  { option: 'logFilters', channel: 'logs', fields: {} },
];

/** Streams asked for, with the place to resume from; `null`: from now. */
export function parseSubscribe(value: unknown): ReadonlyMap<string, Cursor | null> | null {
  const f = toFields(value);
  const streams = f && parseStreams(f.streams);
  const channels = f && parseChannels(f);
  if (!f || !streams || !channels || (f.streams === undefined && f.channels === undefined)) return null;
  const wanted = new Map<string, Cursor | null>(channels.map((stream) => [stream, null]));
  for (const [stream, cursor] of streams) wanted.set(stream, cursor);
  return wanted.size <= limits.streams ? wanted : null;
}

function parseStreams(value: unknown = {}): ReadonlyMap<string, Cursor | null> | null {
  const streams = toFields(value);
  const names = streams && Object.keys(streams);
  if (!names || names.length > limits.streams) return null;
  const wanted = new Map<string, Cursor | null>();
  for (const name of names) {
    const cursor = streams[name] === null ? null : parseCursor(streams[name]);
    if (!isName(name) || (cursor === null && streams[name] !== null)) return null;
    wanted.set(name, cursor);
  }
  return wanted;
}

/** The streams of channels that are named beside their filters; a channel that does not exist is refused later. */
function parseChannels(f: Fields): readonly string[] | null {
  const names = parseNames(f.channels ?? []);
  const filters = toFields(f.filters ?? {});
  if (!names || !filters) return null;
  const streams = names.map((name) =>
    toChannelStream(name, Object.hasOwn(filters, name) ? filters[name] : aliased(f, name)),
  );
  return streams.every((stream) => stream !== null) ? streams : null;
}

function aliased(f: Fields, name: string): unknown {
  const alias = aliases.find(({ channel, option }) => channel === name && f[option] !== undefined);
  const filter = alias && toFields(f[alias.option]);
  if (!alias) return {};
  return filter && Object.fromEntries(Object.entries(filter).map(([key, value]) => [alias.fields[key] ?? key, value]));
}

function parseNames(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.length <= limits.streams && Array.from(value).every(isName) ? value : null;
}

interface Left {
  readonly streams: readonly string[];
  /** All views of these. */
  readonly channels: readonly string[];
}

/** Names of streams to leave: a list, or the keys of a record. */
export function parseUnsubscribe(value: unknown): Left | null {
  const f = toFields(value);
  const record = toFields(f?.streams);
  const streams = parseNames(record ? Object.keys(record) : (f?.streams ?? []));
  const channels = parseNames(f?.channels ?? []);
  const isKnown = f?.streams !== undefined || f?.channels !== undefined;
  return isKnown && streams && channels ? { streams, channels } : null;
}
