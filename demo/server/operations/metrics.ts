/** What is measured of the events that are handled, by interval. */
import type { Metrics } from '../../shared/operations.ts';

export interface MetricsPoint extends Metrics {
  /** ISO 8601. */
  readonly timestamp: string;
}

export interface MetricsRecorder {
  /** One event was handled, in so many milliseconds. */
  handled(ms: number): void;
  /** Ends the interval. */
  take(counts: { readonly total: number; readonly failed: number }): MetricsPoint;
}

const rounded = (value: number) => Math.round(value * 100) / 100;

/** @param now - milliseconds of a clock that only goes forward */
export function createMetrics(now: () => number = () => performance.now()): MetricsRecorder {
  let count = 0;
  let sumMs = 0;
  let since = now();

  return {
    handled(ms) {
      count += 1;
      sumMs += ms;
    },
    take({ total, failed }) {
      const seconds = Math.max(0.001, (now() - since) / 1_000);
      const point: MetricsPoint = {
        avgLatency: count === 0 ? 0 : rounded(sumMs / count),
        throughput: rounded(count / seconds),
        totalEvents: total,
        failedEvents: failed,
        timestamp: new Date().toISOString(),
      };
      count = 0;
      sumMs = 0;
      since = now();
      return point;
    },
  };
}
