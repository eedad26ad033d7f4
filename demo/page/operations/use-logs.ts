/** The server's log in this tab, through a filter: what is kept of it, then each line as it is written. */
import type { Filter } from 'onesocket';
import { useEffect, useState } from 'react';
import type { Level, LogEvents, LogLine } from '../../shared/operations.ts';
import { session } from '../session.ts';
import { socket } from '../socket.ts';
import { messageOf } from '../ui/use-action.ts';

export interface LogFilter {
  readonly level: Level | 'all';
  readonly service: string;
}

export interface LogTail {
  /** Newest first; `null`: not loaded yet. */
  readonly lines: readonly LogLine[] | null;
  readonly live: boolean;
  readonly error: string | null;
}

const kept = 200;
const nothingYet: LogTail = { lines: null, live: false, error: null };

const keyOf = ({ timestamp, service, context, message }: LogLine) => [timestamp, service, context, message].join('\n');

/** Lines have no id: what the load and the channel both brought is told by what it says. */
function together(came: readonly LogLine[], loaded: readonly LogLine[]): readonly LogLine[] {
  const known = new Set(loaded.map(keyOf));
  return [...came.filter((line) => !known.has(keyOf(line))), ...loaded].slice(0, kept);
}

export function useLogs({ level, service }: LogFilter): LogTail {
  const [tail, setTail] = useState(nothingYet);

  useEffect(() => {
    setTail(nothingYet);
    // The server filters: what doesn't match is not sent.
    const filter: Filter = { ...(level !== 'all' && { level }), ...(service !== '' && { service }) };
    const channel = socket.channel<LogEvents>('logs', filter);
    const aborter = new AbortController();
    const { signal } = aborter;
    let came: readonly LogLine[] = [];

    async function load(): Promise<void> {
      const query = new URLSearchParams({ limit: String(kept), ...(level !== 'all' && { level }) });
      try {
        const address = `/api/v1/notifications/logs/recent?${query}`;
        const { logs } = await session.request<{ logs: readonly LogLine[] }>(address, { signal });
        const loaded = logs.filter((line) => service === '' || line.service === service);
        setTail((before) => ({ ...before, lines: together(came, loaded), error: null }));
      } catch (error) {
        if (!signal.aborted) setTail((before) => ({ ...before, error: messageOf(error) }));
      }
    }
    function onStatus(): void {
      const live = channel.status === 'joined';
      setTail((before) => ({ ...before, live }));
      if (live) void load();
    }
    channel.on('log:entry', (line) => {
      came = [line, ...came].slice(0, kept);
      setTail((before) => (before.lines ? { ...before, lines: [line, ...before.lines].slice(0, kept) } : before));
    });
    channel.onRefresh(() => void load());
    channel.onStatus(onStatus);
    onStatus();

    return () => {
      aborter.abort();
      channel.leave();
    };
  }, [level, service]);

  return tail;
}
