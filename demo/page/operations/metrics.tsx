import type { OperationsSnapshot } from '../../shared/operations.ts';
import { number } from '../format.ts';
import { Stat, Stats } from '../ui/bits.tsx';
import { Card } from '../ui/card.tsx';
import { Chart } from './chart.tsx';

const ms = (value: number) => `${value.toFixed(1)} ms`;
const perSecond = (value: number) => `${value.toFixed(2)} /s`;

export function MetricsCard({ state: { metrics } }: { readonly state: OperationsSnapshot }) {
  const last = metrics.at(-1);
  return (
    <Card title="Metrics" hint="Measured from handing an event to its service until it is done." testId="metrics">
      <div className="charts">
        <Chart
          label="Average latency"
          values={metrics.map(({ avgLatency }) => avgLatency)}
          format={ms}
          testId="chart-latency"
        />
        <Chart
          label="Throughput"
          values={metrics.map(({ throughput }) => throughput)}
          format={perSecond}
          testId="chart-throughput"
        />
      </div>
      <Stats>
        <Stat label="Events in all" value={last && number(last.totalEvents)} testId="total-events" />
        <Stat label="Failed at first" value={last && number(last.failedEvents)} testId="failed-events" />
      </Stats>
    </Card>
  );
}
