import { milliseconds } from '../format.ts';
import { Card } from '../ui/card.tsx';
import { frame } from './engine.ts';
import { latencies, samples } from './latency.ts';

const width = 480;
const height = 96;
/** A logarithmic scale up to here, so that neither 2 ms nor a replay after 5 s leaves the picture. */
const ceilingMs = 10_000;
const marks = [
  { ms: 10, label: '10 ms' },
  { ms: 100, label: '100 ms' },
  { ms: 1_000, label: '1 s' },
];

const heightOf = (ms: number) => (Math.log10(1 + Math.min(ms, ceilingMs)) / Math.log10(1 + ceilingMs)) * height;

function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

const figure = (ms: number | undefined) => (ms === undefined ? '–' : milliseconds(ms));

export function LatencyCard() {
  frame.use();
  const values = latencies();
  const sorted = [...values].sort((a, b) => a - b);
  const step = width / samples;
  const start = width - values.length * step + step / 2;
  const bars = values.map(
    (ms, i) => `M${(start + i * step).toFixed(1)} ${height}v${-Math.max(1, heightOf(ms)).toFixed(1)}`,
  );
  return (
    <Card title="Latency" hint={`From the server’s log to this tab’s handler, last ${samples} events`}>
      <div className="spark-frame">
        <svg
          className="spark"
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          focusable="false"
        >
          {marks.map(({ ms }) => (
            <line key={ms} className="mark" x1={0} x2={width} y1={height - heightOf(ms)} y2={height - heightOf(ms)} />
          ))}
          <path className="bars" d={bars.join('')} />
        </svg>
        {/* Words outside of the stretched picture. */}
        {marks.map(({ ms, label }) => (
          <span key={ms} className={`mark-label mark-${ms}`}>
            {label}
          </span>
        ))}
      </div>
      <dl className="facts three">
        <div>
          <dt>Half below (p50)</dt>
          <dd data-testid="latency-p50">{figure(quantile(sorted, 0.5))}</dd>
        </div>
        <div>
          <dt>99 of 100 below</dt>
          <dd data-testid="latency-p99">{figure(quantile(sorted, 0.99))}</dd>
        </div>
        <div>
          <dt>Last</dt>
          <dd>{figure(values.at(-1))}</dd>
        </div>
      </dl>
    </Card>
  );
}
