/** One channel as the app holds it: handlers of its own over the page's channels. */
import { createEmitter } from '../../core/emitter.ts';
import type { Cancel } from '../../core/ports.ts';
import { type Filter, toChannelStream } from '../../protocol/channel.ts';
import { limits } from '../../protocol/limits.ts';
import { oneSocketError } from '../errors.ts';
import type { ListenOptions } from '../socket-types.ts';
import type { Channels } from '../tab/channels.ts';
import type { CounterName, EventChannel, RefreshNotice, StreamEvent } from '../types.ts';
import { type AnyFunction, listenerOf } from './listen.ts';

interface ChannelDeps {
  readonly channels: Channels;
  /** Whether the socket hears anything now. */
  readonly hears: () => boolean;
  readonly counters: Record<CounterName, number>;
  readonly report: (error: unknown) => void;
}

export function createChannelHandle(name: string, filter: Filter, deps: ChannelDeps): EventChannel {
  const { channels, hears, report } = deps;
  const stream = toChannelStream(name, filter);
  if (stream === null) {
    throw oneSocketError('bad_option', 'A channel has a short name without "?", a filter a value for each field');
  }
  if (channels.status(stream) === 'left' && channels.size() >= limits.channels) {
    throw oneSocketError('bad_option', `A page is in at most ${limits.channels} channels: leave one`);
  }
  const own = createEmitter(report);
  const full = createEmitter(report);
  const any = createEmitter(report);
  const news = createEmitter(report);
  let left = false;

  const leave: Cancel = channels.join(stream, {
    onEvent({ id, type, payload, timestamp }) {
      if (left || !hears()) return;
      const event: StreamEvent = { id, type, payload, timestamp, stream };
      const results = [any.emit('*', [type, payload]), own.emit(type, [payload]), full.emit(type, [event])];
      if (!results.includes(true)) deps.counters.unhandled += 1;
    },
    onRefresh({ reason }) {
      const notice: RefreshNotice = { streams: [stream], reason };
      if (!left && hears()) news.emit('refresh', [notice]);
    },
    onStatus: () => void (left || news.emit('status', [channels.status(stream)])),
  });

  const on = listenerOf(own);
  const onNews = listenerOf(news);
  const onAll = listenerOf(any);
  return {
    name,
    filter: Object.freeze({ ...filter }),
    get status() {
      return left ? 'left' : channels.status(stream);
    },
    on,
    once: (type: string, fn: AnyFunction, options?: ListenOptions) => on(type, fn, options, true),
    off: own.off,
    onAny: (fn: AnyFunction, options?: ListenOptions) => onAll('*', fn, options),
    onEvent: listenerOf(full),
    onRefresh: (fn: AnyFunction, options?: ListenOptions) => onNews('refresh', fn, options),
    onStatus: (fn: AnyFunction, options?: ListenOptions) => onNews('status', fn, options),
    leave() {
      if (left) return;
      left = true;
      leave();
    },
  } satisfies Record<keyof EventChannel, unknown> as unknown as EventChannel;
}
