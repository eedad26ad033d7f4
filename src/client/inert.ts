/** A socket that does nothing: for servers that render pages, and for `enabled: false`. */
import type { Filter } from '../protocol/channel.ts';
import { emptyCounters } from './counters.ts';
import { oneSocketError } from './errors.ts';
import { idleStatus } from './status.ts';
import type { OneSocket } from './types.ts';

export function createInert(): OneSocket {
  const off = (): void => {};
  const off0 = (): (() => void) => off;
  const refuse = (): Promise<never> =>
    Promise.reject(oneSocketError('closed', 'This socket is inert: `enabled: false`, or not in a browser'));
  const silent = {
    connected: false,
    id: undefined,
    recovered: false,
    status: idleStatus,
    on: off0,
    once: off0,
    off,
    onAny: off0,
    emit: off,
    emitWithAck: refuse,
    timeout: () => ({ emit: off, emitWithAck: refuse }),
    connect: off,
    disconnect: off,
    close: off,
    onEvent: off0,
    onOneTab: off0,
    onRefresh: off0,
    onStatus: off0,
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
    trace: off0,
    state: () => ({
      getSnapshot: () => staleSnapshot,
      subscribe: off0,
      ready: new Promise<never>(() => {}),
      close: off,
    }),
    channel: (name: string, filter: Filter = {}) => ({
      ...{ name, filter, status: 'joining', on: off0, once: off0, off, onAny: off0, onEvent: off0 },
      ...{ onRefresh: off0, onStatus: off0, leave: off },
    }),
    signOut: () => Promise.resolve(),
  };
  return silent as unknown as OneSocket;
}

const staleSnapshot: { readonly state: undefined; readonly stale: true } = Object.freeze({
  state: undefined,
  stale: true,
});
