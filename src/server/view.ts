/** What a stream shows of a log: all events, or, for a channel with a filter, those that pass it. */
import { isChannel, parseChannel } from '../protocol/channel.ts';
import type { Frame, WireEvent } from '../protocol/messages.ts';
import { toFields } from '../protocol/parse.ts';

export interface View {
  readonly stream: string;
  /** The stream in the log whose epoch and ids the view shares. */
  readonly log: string;
  /** `null`: all pass. */
  readonly passes: ((event: WireEvent) => boolean) | null;
}

export function toView(stream: string): View {
  const channel = isChannel(stream) ? parseChannel(stream) : null;
  if (!channel || channel.filter.size === 0) return { stream, log: stream, passes: null };
  const terms = [...channel.filter];
  return { stream, log: channel.log, passes: ({ payload }) => matches(payload, terms) };
}

/** One look-up per field: whatever the client asked for, an event costs no more. */
function matches(payload: unknown, terms: readonly (readonly [string, ReadonlySet<string>])[]): boolean {
  const fields = toFields(payload);
  if (!fields) return false;
  return terms.every(([field, values]) => {
    const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isScalar && values.has(String(value));
  });
}

/** A frame of the log as the view tells it: the same span, without the events that don't pass. */
export function cut({ stream, passes }: View, frame: Frame): Frame {
  return passes ? { ...frame, stream, events: frame.events.filter(passes) } : frame;
}
