/** `onesocket`: one Socket.IO connection per browser, shared by all of a user's tabs. */
import { createBrowserEnvironment } from './browser/environment.ts';
import { linkTo } from './browser/link.ts';
import { createSockets } from './client/create.ts';
import { createInert } from './client/inert.ts';
import type { OneSocketOptions } from './client/option-types.ts';
import type { DefaultEventsMap, OneSocket } from './client/types.ts';

let sockets: ((url: string, options: OneSocketOptions) => OneSocket) | null = null;

/**
 * A socket that shares this browser's one connection with all tabs of the same user.
 * Listeners and emits work in every tab as in socket.io-client; it joins one task after its first use.
 * Outside a browser, and with `enabled: false`, it is inert.
 *
 * @param url - the server's URL, its path the namespace; relative to the page, as in socket.io-client
 * @throws {@link OneSocketError} `bad_option`
 */
export function oneSocket<Listen = DefaultEventsMap, Emit = Listen>(
  url: string,
  options: OneSocketOptions<NoInfer<Listen>> = {},
): OneSocket<Listen, Emit> {
  if (options.enabled === false || typeof window === 'undefined' || typeof document === 'undefined') {
    return createInert() as unknown as OneSocket<Listen, Emit>;
  }
  sockets ??= createSockets({ environment: createBrowserEnvironment(), linkTo });
  return sockets(new URL(url, location.href).href, options) as unknown as OneSocket<Listen, Emit>;
}

export { OneSocketError } from './client/errors.ts';
export type { Auth, AuthAnswer, OneSocketOptions } from './client/option-types.ts';
export type { CommandInFlight, TraceEvent } from './client/trace-types.ts';
export type {
  AckResult,
  ChannelStatus,
  CommandOutcome,
  ConnectionStatus,
  CounterName,
  DefaultEventsMap,
  Degradation,
  Diagnostics,
  EventChannel,
  EventNames,
  EventParams,
  EventsMap,
  LinkEventsMap,
  ListenOptions,
  Loaded,
  LoadRequest,
  Logger,
  Off,
  OneSocket,
  Reducer,
  RefreshNotice,
  Role,
  SharedState,
  StateOptions,
  StateSnapshot,
  Status,
  StreamEvent,
  TimedSocket,
} from './client/types.ts';
export type { Filter } from './protocol/channel.ts';
export type { RefreshReason } from './protocol/codes.ts';
export type { Cursor, Cursors } from './protocol/cursor.ts';
