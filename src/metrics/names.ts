/** Which metric says which of the companion's counters. */
import type { Diagnostics } from '../server/index.ts';

interface Named<Read> {
  readonly name: string;
  readonly help: string;
  readonly read: Read;
}
type Read = (diagnostics: Diagnostics) => number;
/** Values by the label's value. */
type ByLabel = (diagnostics: Diagnostics) => Readonly<Record<string, number>>;

const count =
  (name: string): Read =>
  ({ counters }) =>
    counters[name] ?? 0;

export const gauges: readonly Named<Read>[] = [
  { name: 'ws_connections_active', help: 'Connections now', read: ({ connections }) => connections },
  { name: 'ws_log_events', help: 'Events in the log', read: ({ log }) => log?.events ?? 0 },
  { name: 'ws_log_streams', help: 'Streams in the log', read: ({ log }) => log?.streams ?? 0 },
];

export const counts: readonly Named<Read>[] = [
  { name: 'ws_connections_total', help: 'Connections admitted', read: count('admitted') },
  { name: 'ws_messages_sent_total', help: 'Events sent, once per receiver', read: count('events_sent') },
  { name: 'ws_events_appended_total', help: 'Events appended to a stream', read: count('emitted') },
  { name: 'ws_replayed_events_total', help: 'Events sent from the log', read: count('replayed_events') },
  { name: 'ws_sessions_replaced_total', help: 'Sessions ended for another browser', read: count('replaced') },
  { name: 'ws_sessions_superseded_total', help: 'Connections ended for a newer one', read: count('superseded') },
  { name: 'ws_commands_total', help: 'Commands run', read: count('commands') },
  { name: 'ws_duplicates_total', help: 'Repeated commands not run again', read: count('commands_repeated') },
  { name: 'ws_strangers_closed_total', help: 'Transports closed before sign-in', read: count('strangers_closed') },
  { name: 'ws_stalled_total', help: 'Clients that did not read; their streams wait', read: count('stalled') },
  { name: 'ws_cut_off_total', help: 'Clients disconnected with too much unread', read: count('cut_off') },
  { name: 'ws_packets_ignored_total', help: 'Packets over a limit', read: count('packets_ignored') },
];

export const refreshesByReason: Named<ByLabel> = {
  name: 'ws_refreshes_total',
  help: 'Clients told to load their state again',
  read: ({ counters }) => afterPrefix(counters, 'refresh:'),
};

/** Counters of failures that have a code of their own only here. */
const codeByCounter: Readonly<Record<string, string>> = {
  command_failures: 'command_failed',
  leases_ended: 'lease_ended',
  rate_limited: 'rate_limited',
  throttled_failures: 'throttled',
  undelivered_errors: 'undelivered',
  command_store_errors: 'command_store',
  log_errors: 'log',
};

export const errorsByCode: Named<ByLabel> = {
  name: 'ws_errors_total',
  help: 'Refused connections and requests, failed commands, failures of log and store',
  read({ counters }) {
    const values = { ...afterPrefix(counters, 'refused:') };
    const add = (code: string, by: number): void => {
      values[code] = (values[code] ?? 0) + by;
    };
    for (const [code, by] of Object.entries(afterPrefix(counters, 'request:'))) add(code, by);
    for (const [name, code] of Object.entries(codeByCounter)) if (counters[name]) add(code, counters[name]);
    return values;
  },
};

function afterPrefix(counters: Diagnostics['counters'], prefix: string): Record<string, number> {
  const own = Object.entries(counters).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}
