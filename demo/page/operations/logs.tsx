import { useStatus } from 'onesocket/react';
import { useState } from 'react';
import { type Level, type LogLine, levels } from '../../shared/operations.ts';
import { time } from '../format.ts';
import { socket } from '../socket.ts';
import { Badge, Empty, Notice, Skeleton, type Tone } from '../ui/bits.tsx';
import { Card } from '../ui/card.tsx';
import { Segments } from '../ui/segments.tsx';
import { useLogs } from './use-logs.ts';

const tones: Readonly<Record<Level, Tone>> = { debug: 'plain', info: 'plain', warn: 'warn', error: 'bad' };
const levelWords: Readonly<Record<Level, string>> = { debug: 'Debug', info: 'Info', warn: 'Warnings', error: 'Errors' };
const levelOptions = [
  { value: 'all', label: 'All', testId: 'log-all' },
  ...levels
    .filter((level) => level !== 'debug')
    .map((level) => ({ value: level, label: levelWords[level], testId: `log-${level}` })),
] as const;
const parts = [
  'operations',
  'orders',
  'billing',
  'mailer',
  'shop',
  'learning',
  'notifications',
  'realtime',
  'http',
  'demo',
];

function Line({ line }: { readonly line: LogLine }) {
  const { timestamp, level, service, context, message, metadata, stack } = line;
  const more = stack ?? (Object.keys(metadata).length > 0 ? JSON.stringify(metadata) : null);
  return (
    <li data-testid="log-line" data-level={level} data-service={service}>
      <time>{time(Date.parse(timestamp))}</time>
      <Badge tone={tones[level]}>{level}</Badge>
      <span className="log-source">{context ? `${service}, ${context}` : service}</span>
      <span className="log-message">
        {message}
        {more && <span className="hint">{more}</span>}
      </span>
    </li>
  );
}

export function Logs() {
  const [level, setLevel] = useState<Level | 'all'>('all');
  const [service, setService] = useState('');
  const { lines, live: joined, error } = useLogs({ level, service });
  const connected = useStatus(socket, ({ connection }) => connection === 'connected');
  const live = connected && joined;
  return (
    <Card
      title="Log"
      testId="logs"
      className="logs"
      hint="The server’s own lines, filtered by the server."
      aside={
        <Badge tone={live ? 'good' : 'warn'} data-testid="log-live" data-live={live}>
          <span className="dot" />
          {live ? 'Live' : 'Paused'}
        </Badge>
      }
    >
      <div className="filters">
        <Segments label="Level" quiet options={levelOptions} value={level} onChange={setLevel} />
        <select
          aria-label="Part of the server"
          value={service}
          data-testid="log-service"
          onChange={(event) => setService(event.target.value)}
        >
          <option value="">All parts</option>
          {parts.map((part) => (
            <option key={part}>{part}</option>
          ))}
        </select>
      </div>
      {error && <Notice tone="bad">The lines could not be loaded: {error}</Notice>}
      {!lines && <Skeleton rows={6} />}
      {lines?.length === 0 && (
        <Empty icon="search" title="No such lines">
          Other filters show more; what is written from now on appears here.
        </Empty>
      )}
      {lines && lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
        <ol className="log-lines" aria-label="Lines, the newest first" tabIndex={0}>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no id, and one may be written twice.
            <Line key={`${line.timestamp} ${lines.length - index}`} line={line} />
          ))}
        </ol>
      )}
    </Card>
  );
}
