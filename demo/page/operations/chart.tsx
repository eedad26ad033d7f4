/** A small chart: one line over time, drawn as SVG. */
import { useId } from 'react';

interface ChartProps {
  readonly label: string;
  /** Oldest first. */
  readonly values: readonly number[];
  readonly format: (value: number) => string;
  /** Points that it is wide for: few ones stand at the right. */
  readonly capacity?: number;
  readonly testId?: string;
}

const width = 300;
const height = 72;
const pad = 4;

export function Chart({ label, values, format, capacity = 60, testId }: ChartProps) {
  const id = useId();
  const most = Math.max(...values, 0);
  const last = values.at(-1);
  const xOf = (index: number) => width - pad - ((values.length - 1 - index) * (width - 2 * pad)) / (capacity - 1);
  const yOf = (value: number) => height - pad - (most === 0 ? 0 : (value / most) * (height - 2 * pad));
  const points = values.map((value, index) => `${xOf(index).toFixed(1)},${yOf(value).toFixed(1)}`);
  const area = `${xOf(0).toFixed(1)},${height - pad} ${points.join(' ')} ${width - pad},${height - pad}`;
  return (
    <figure className="chart" data-testid={testId} data-points={values.length}>
      <figcaption>
        <span id={id}>{label}</span>
        <b>{last === undefined ? '–' : format(last)}</b>
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${last === undefined ? 'nothing measured yet' : format(last)}, at most ${format(most)}`}
      >
        <line x1="0" x2={width} y1={height - pad} y2={height - pad} className="chart-base" />
        {values.length > 0 && <polygon points={area} className="chart-area" />}
        {values.length > 0 && <polyline points={points.join(' ')} className="chart-line" />}
      </svg>
      <p className="hint">{values.length > 1 ? `at most ${format(most)}` : 'A point each 5 seconds'}</p>
    </figure>
  );
}
