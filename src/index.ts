/** `onesocket`: one Socket.IO connection per browser, shared by all of a user's tabs. */
import { createBrowserEnvironment } from './browser/environment.ts';
import { createLinks } from './browser/link.ts';
import type { DefaultEventsMap } from './client/event-types.ts';
import type { OneSocketOptions } from './client/option-types.ts';
import { createInert } from './client/socket/inert.ts';
import { createSockets } from './client/socket/sockets.ts';
import type { OneSocket } from './client/types.ts';

let sockets: ((url: string, options: OneSocketOptions) => OneSocket) | null = null;

/**
 * A socket that shares this browser's one connection with all tabs of the same user.
 * Listeners and emits work in every tab as in socket.io-client; it joins at once, with a companion at its first use.
 * Outside a browser, and with `enabled: false`, it is inert.
 *
 * @param url - the server's URL, its path the namespace, as in socket.io-client. @defaultValue the page's server
 * @throws {@link OneSocketError} `bad_option`
 */
export function oneSocket<Listen = DefaultEventsMap, Emit = Listen>(
  url?: string,
  options?: OneSocketOptions<NoInfer<Listen>>,
): OneSocket<Listen, Emit>;
/** The same, with the server of the page. */
export function oneSocket<Listen = DefaultEventsMap, Emit = Listen>(
  options: OneSocketOptions<NoInfer<Listen>>,
): OneSocket<Listen, Emit>;
export function oneSocket<Listen = DefaultEventsMap, Emit = Listen>(
  first: string | OneSocketOptions<NoInfer<Listen>> = '/',
  second: OneSocketOptions<NoInfer<Listen>> = {},
): OneSocket<Listen, Emit> {
  const [url, options] = typeof first === 'string' ? [first, second] : ['/', first];
  if (options.enabled === false || typeof window === 'undefined' || typeof document === 'undefined') {
    return createInert() as unknown as OneSocket<Listen, Emit>;
  }
  sockets ??= createSockets({ environment: createBrowserEnvironment(), linkTo: createLinks() });
  return sockets(toUrl(url), options) as unknown as OneSocket<Listen, Emit>;
}

/** As io() reads it: a path, or a host with or without its scheme. */
function toUrl(url: string): string {
  const isWhole = /^(\/|(https?|wss?):\/\/)/.test(url);
  return new URL(isWhole ? url : `${location.protocol}//${url}`, location.origin).href;
}

export type { Auth, AuthAnswer } from './client/auth-types.ts';
export type { CommandOutcome } from './client/errors.ts';
export { OneSocketError } from './client/errors.ts';
export type { DefaultEventsMap, EventNames, EventParams, EventsMap } from './client/event-types.ts';
export type { Logger, OneSocketOptions } from './client/option-types.ts';
export type {
  AckResult,
  DisconnectReason,
  LinkEventsMap,
  ListenOptions,
  Off,
  TimedSocket,
} from './client/socket-types.ts';
export type { CommandInFlight, TraceEvent } from './client/trace-types.ts';
export type {
  ChannelStatus,
  ConnectionStatus,
  CounterName,
  Degradation,
  Diagnostics,
  EventChannel,
  Loaded,
  LoadRequest,
  OneSocket,
  Reducer,
  RefreshNotice,
  Role,
  SharedState,
  StateOptions,
  StateSnapshot,
  Status,
  StreamEvent,
} from './client/types.ts';
export type { Filter } from './protocol/channel.ts';
export type { RefreshReason } from './protocol/codes.ts';
export type { Cursor, Cursors } from './protocol/cursor.ts';
