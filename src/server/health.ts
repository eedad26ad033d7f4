/** Whether this node can do its work, for load balancers and those on call. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventLog } from './log.ts';
import { allStream } from './names.ts';
import type { Clock } from './ports.ts';
import type { Registry } from './registry.ts';

export interface Health {
  /** Everything can be reached, and the companion is not closed. */
  readonly ok: boolean;
  readonly connections: number;
  /** The log answers. */
  readonly log: boolean;
  /** The registry answers. */
  readonly registry: boolean;
}

interface HealthPorts {
  readonly clock: Clock;
  readonly log: EventLog;
  readonly registry: Registry;
}

/** A part that takes longer than this counts as failing. */
const patienceMs = 2_000;

export async function checkHealth(ports: HealthPorts): Promise<Pick<Health, 'log' | 'registry'>> {
  const { clock, log, registry } = ports;
  const answers = (ask: () => Promise<unknown>): Promise<boolean> =>
    new Promise((resolve) => {
      const cancel = clock.after(patienceMs, () => resolve(false));
      Promise.resolve()
        .then(ask)
        .then(
          () => resolve(true),
          () => resolve(false),
        )
        .finally(cancel);
    });
  const [logAnswers, registryAnswers] = await Promise.all([
    answers(() => log.bounds(allStream)),
    answers(() => registry.ofUser('')),
  ]);
  return { log: logAnswers, registry: registryAnswers };
}

/** A request handler for `/health`: 200 or 503, with a `Health` as JSON. What failed is in the logs, not in it. */
export function healthHandler(realtime: {
  health(): Promise<Health>;
}): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (_request, response) => {
    const health = await realtime.health();
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    response.writeHead(health.ok ? 200 : 503, headers).end(JSON.stringify(health));
  };
}
