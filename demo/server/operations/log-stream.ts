/** The server's own log as a channel, and over REST. */
import { type Level, type LogLine, type LogStats, levels } from '../../shared/operations.ts';
import type { App } from '../app.ts';

const recentErrorCount = 10;
/** Beyond it a second's lines are not streamed, only kept: a storm of them must not become one of events. */
const maxPerSecond = 100;

export interface LogStream {
  /** Of this level if one is given; newest first. */
  recent(options: { readonly level?: Level; readonly limit: number }): readonly LogLine[];
  stats(): LogStats;
  start(): void;
  stop(): void;
}

function countBy<Key extends string>(lines: readonly LogLine[], keyOf: (line: LogLine) => Key): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) counts[keyOf(line)] = (counts[keyOf(line)] ?? 0) + 1;
  return counts;
}

export function createLogStream({ realtime, logbook }: Pick<App, 'realtime' | 'logbook'>): LogStream {
  const channel = realtime.to({ channel: 'logs' });
  let hearNoMore = () => {};
  let second = 0;
  let sent = 0;

  function isTooMuch(): boolean {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      sent = 0;
    }
    sent += 1;
    return sent > maxPerSecond;
  }

  async function stream(line: LogLine): Promise<void> {
    if (isTooMuch()) return;
    await channel.emit('log:entry', line);
    if (line.level === 'error') await channel.emit('log:error', line);
    if (line.level === 'warn') await channel.emit('log:warning', line);
  }

  return {
    recent: ({ level, limit }) =>
      logbook
        .lines()
        .filter((line) => level === undefined || line.level === level)
        .slice(-limit)
        .reverse(),
    stats() {
      const lines = logbook.lines();
      const zero = Object.fromEntries(levels.map((level) => [level, 0])) as Record<Level, number>;
      return {
        total: lines.length,
        byLevel: { ...zero, ...countBy(lines, ({ level }) => level) },
        byService: countBy(lines, ({ service }) => service),
        recentErrors: lines
          .filter(({ level }) => level === 'error')
          .slice(-recentErrorCount)
          .reverse(),
      };
    },
    start() {
      // A line about a line that could not be sent would be one too many: it is in the buffer, and on the console.
      hearNoMore = logbook.onLine((line) => void stream(line).catch(() => {}));
    },
    stop: () => hearNoMore(),
  };
}
