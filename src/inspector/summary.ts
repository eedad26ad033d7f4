/** A message in one line. Names, places and codes only: no payload of the app is kept, nor shown. */
import { type Fields, toFields } from '../protocol/parse.ts';

const maxLength = 300;

/** @param detail - as `trace` gives it; what came in is not checked yet, so it may be anything */
export function summarise(kind: string, type: string, detail: unknown): string {
  const parts = kind.startsWith('channel') ? ofTabs(type, toFields(detail)) : ofLink(kind, type, detail);
  const text = parts.filter((part) => part !== '').join(' · ');
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

function ofTabs(type: string, f: Fields | null): readonly string[] {
  if (!f) return ['malformed'];
  const to = Array.isArray(f.to) ? `to ${f.to.map(shortId).join(', ')}` : '';
  return [`from ${shortId(f.from)}`, to, ...bodyOf(type, f)];
}

function bodyOf(type: string, f: Fields): readonly string[] {
  switch (type) {
    case 'lead':
    case 'welcome':
    case 'alive': {
      const steals = Number(f.steals) > 0 ? `${String(f.steals)} take-overs of a silent leader` : '';
      return [`term ${word(f.term)}`, linkOf(toFields(f.link)), counted(sizeOf(f.tabs), 'tab'), steals];
    }
    case 'items':
      return [
        ...listOf(f.items).map(itemOf),
        f.fills === undefined ? '' : `fills ${listOf(f.fills).map(word).join(', ')}`,
      ];
    case 'hello':
      return [f.fresh === true ? 'has no place yet' : placesOf(f.cursors), ...listOf(f.streams).map(word)];
    case 'command':
      return [word(f.name), `id ${shortId(f.id)}`, `post ${word(f.post)}`];
    case 'outcome':
      return [`id ${shortId(f.id)}`, answerOf(toFields(f.answer))];
    case 'later':
      return [`id ${shortId(f.id)}`, 'not connected'];
    case 'load':
    case 'want':
    case 'loaded':
      return [`state ${word(f.name)}`, `version ${word(f.version)}`, type === 'loaded' && !f.position ? 'failed' : ''];
    default:
      return [];
  }
}

function ofLink(kind: string, type: string, detail: unknown): readonly string[] {
  const [first] = listOf(detail);
  const f = toFields(kind === 'status' ? detail : first);
  if (kind === 'status') return f ? [`term ${word(f.term)}`, counted(Number(f.tabs), 'tab'), reasonOf(f.reason)] : [];
  if (type.endsWith(' ack')) return [answerOf(f)];
  switch (type) {
    case 'connect':
      if (typeof first === 'string') return [`socket ${first}`];
      return f ? [`term ${word(f.term)}`, `attempt ${word(f.attempt)}`, placesOf(f.cursors)] : [];
    case 'disconnect':
      return [word(first)];
    case 'connect_error':
    case 'error':
      return [reasonOf(f)];
    case 'authenticated':
      return f ? [`user ${word(f.userId)}`, placesOf(f.streams)] : [];
    case 'events':
    case 'full_refresh':
      return [itemOf(f)];
    case 'event':
      return f ? [word(f.stream), `id ${word(f.id)}`, word(f.type)] : [];
    case 'request_sync':
      return f ? [word(f.stream), `after ${word(f.lastEventId)}`] : [];
    case 'command':
      return f ? [word(f.name), `id ${shortId(f.id)}`] : [];
    case 'subscribe':
    case 'unsubscribe':
      return [Object.keys(toFields(f?.streams) ?? {}).join(', ') || listOf(f?.streams).map(word).join(', ')];
    case 'ping':
    case 'reauthenticate':
      return [];
    default:
      return [counted(sizeOf(detail), 'argument')];
  }
}

/** A frame, a refresh or a packet. */
function itemOf(value: unknown): string {
  const f = toFields(value);
  if (!f) return 'malformed';
  if (f.packet !== undefined) return `packet ${word(f.packet)}`;
  if (f.reason !== undefined) return `${word(f.stream)} starts again at ${word(f.id)} (${word(f.reason)})`;
  return `${word(f.stream)} ${word(f.prev)}→${word(f.id)}${typesOf(listOf(f.events))}`;
}

function typesOf(events: readonly unknown[]): string {
  const counts = new Map<string, number>();
  for (const event of events) {
    const type = word(toFields(event)?.type);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const named = [...counts].map(([type, count]) => (count > 1 ? `${type} ×${count}` : type));
  return named.length > 0 ? `: ${named.join(', ')}` : '';
}

function answerOf(f: Fields | null): string {
  if (!f) return '';
  const error = toFields(f.error);
  if (error) return reasonOf(error);
  const refresh = toFields(f.fullRefresh);
  if (refresh) return `starts again at ${word(refresh.id)} (${word(refresh.reason)})`;
  if (Array.isArray(f.events)) return `${itemOf(f)}${f.more === true ? ', more follows' : ''}`;
  const streams = toFields(f.streams);
  if (streams) return Object.keys(streams).join(', ') || 'no streams';
  return f.ok === false ? 'refused' : 'ok';
}

const linkOf = (link: Fields | null): string =>
  [word(link?.connection), reasonOf(link?.reason)].filter(Boolean).join(', ');

function reasonOf(value: unknown): string {
  const f = toFields(value);
  return f ? [word(f.code), word(f.message)].filter(Boolean).join(': ') : '';
}

function placesOf(cursors: unknown): string {
  const places = Object.entries(toFields(cursors) ?? {}).map(
    ([stream, at]) => `${stream} at ${word(toFields(at)?.id)}`,
  );
  return places.length > 3 ? `${places.slice(0, 3).join(', ')} and ${places.length - 3} more` : places.join(', ');
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const sizeOf = (value: unknown): number => listOf(value).length;
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
/** Plain words and numbers; anything else could be the app's. */
const word = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** Ids are long and random: their first eight characters tell them apart. */
export const shortId = (id: unknown): string => word(id).slice(0, 8);
