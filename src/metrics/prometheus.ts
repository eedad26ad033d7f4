/** The companion's counters as metrics: read when they are scraped, so that counting costs nothing more. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Diagnostics } from '../server/index.ts';
import { counts, errorsByCode, gauges, refreshesByReason } from './names.ts';

export interface PrometheusOptions {
  /** Where the metrics are registered, such as prom-client's `register`. */
  readonly register: Registry;
  /** Put before each name, for a second companion on one register. @defaultValue none */
  readonly prefix?: string;
  /** At most one event in so many milliseconds is measured for `ws_latency_seconds`. @defaultValue 1_000 */
  readonly latencySampleMs?: number;
  /** Upper bounds of the latency's buckets, in seconds. @defaultValue from 0.005 to 30 */
  readonly latencyBuckets?: readonly number[];
}

export interface Prometheus {
  /** Answers a request with all metrics of the register, 500 if that fails; mount it at `/metrics`. */
  handler(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Takes the metrics off the register and stops measuring. */
  close(): void;
}

/** What it needs of a companion. */
interface Measured {
  diagnostics(): Diagnostics;
  onLatency(listener: (ms: number) => void, everyMs?: number): () => void;
}

const defaultBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Registers the companion's metrics. @throws Error for a name that the register has already */
export function prometheus(realtime: Measured, options: PrometheusOptions): Prometheus {
  const { register, prefix = '', latencySampleMs, latencyBuckets = defaultBuckets } = options;
  const registers = [register];
  const names: string[] = [];

  function toName(name: string): string {
    names.push(prefix + name);
    return prefix + name;
  }

  for (const { name, help, read } of gauges) {
    new Gauge({
      name: toName(name),
      help,
      registers,
      collect() {
        this.set(read(realtime.diagnostics()));
      },
    });
  }
  for (const { name, help, read } of counts) {
    new Counter({
      name: toName(name),
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read(realtime.diagnostics()));
      },
    });
  }
  for (const [label, { name, help, read }] of Object.entries({ reason: refreshesByReason, code: errorsByCode })) {
    new Counter({
      name: toName(name),
      help,
      registers,
      labelNames: [label],
      collect() {
        this.reset();
        for (const [value, by] of Object.entries(read(realtime.diagnostics()))) this.inc({ [label]: value }, by);
      },
    });
  }
  const latency = new Histogram({
    name: toName('ws_latency_seconds'),
    help: "From an event's append to a client's receipt, the acknowledgement's way back included, by samples",
    registers,
    buckets: [...latencyBuckets],
  });
  const stop = realtime.onLatency((ms) => latency.observe(ms / 1_000), latencySampleMs);

  return {
    async handler(_request, response) {
      try {
        const text = await register.metrics();
        response.writeHead(200, { 'content-type': register.contentType }).end(text);
      } catch {
        response.writeHead(500).end();
      }
    },
    close() {
      stop();
      for (const name of names.splice(0)) register.removeSingleMetric(name);
    },
  };
}
