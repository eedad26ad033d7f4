/** A socket that does nothing: for servers that render pages, and for `enabled: false`. */
import type { Filter } from '../../protocol/channel.ts';
import { emptyCounters } from '../counters.ts';
import { oneSocketError } from '../errors.ts';
import { idleStatus } from '../group/status.ts';
import type { OneSocket } from '../types.ts';
import { unsupported } from './unsupported.ts';

const adders = [
  ...['on', 'once', 'addEventListener', 'onAny', 'prependAny', 'onAnyOutgoing', 'prependAnyOutgoing'],
  ...['onEvent', 'onOneTab', 'onRefresh', 'onStatus', 'trace'],
];
const chained = [
  ...['off', 'removeListener', 'removeAllListeners', 'removeEventListener', 'offAny', 'offAnyOutgoing'],
  ...['emit', 'send', 'timeout', 'compress', 'connect', 'open', 'disconnect', 'close'],
];
const each = <Value>(names: readonly string[], value: Value): Record<string, Value> =>
  Object.fromEntries(names.map((name) => [name, value]));

export function createInert(): OneSocket {
  const off = (): void => {};
  const off0 = (): (() => void) => off;
  const refuse = (): Promise<never> =>
    Promise.reject(oneSocketError('closed', 'This socket is inert: `enabled: false`, or not in a browser'));
  const silent: object = {
    connected: false,
    id: undefined,
    recovered: false,
    status: idleStatus,
    disconnected: true,
    active: false,
    auth: undefined,
    ...each(adders, off0),
    ...each(chained, () => silent),
    ...each(['listeners', 'listenersAny', 'listenersAnyOutgoing'], () => []),
    hasListeners: () => false,
    get volatile() {
      return silent;
    },
    emitWithAck: refuse,
    diagnostics: () => ({
      tab: '',
      client: '',
      group: '',
      status: idleStatus,
      leader: null,
      tabs: [],
      cursors: {},
      heads: {},
      holding: {},
      counters: emptyCounters(),
      outbox: 0,
      commands: [],
      steals: 0,
    }),
    state: () => ({
      getSnapshot: () => staleSnapshot,
      subscribe: off0,
      ready: new Promise<never>(() => {}),
      close: off,
    }),
    channel: (name: string, filter: Filter = {}) => ({
      name,
      filter,
      status: 'joining',
      on: off0,
      once: off0,
      off,
      onAny: off0,
      onEvent: off0,
      onRefresh: off0,
      onStatus: off0,
      leave: off,
    }),
    signOut: () => Promise.resolve(),
  };
  return Object.defineProperties(silent, unsupported) as unknown as OneSocket;
}

const staleSnapshot: { readonly state: undefined; readonly stale: true } = Object.freeze({
  state: undefined,
  stale: true,
});
