/** The services as worker threads: each can be killed, and is started again. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { type Service, type ServiceStatus, services } from '../../shared/operations.ts';
import type { JobResult, WorkerSettings } from './job.ts';

const restartMs = 1_500;
const jobTimeoutMs = 10_000;

export interface Threads {
  statuses(): Readonly<Record<Service, ServiceStatus>>;
  /** Fulfilled when the service has handled it; rejects with what went wrong, also when its thread ends meanwhile. */
  run(service: Service, data: Readonly<Record<string, unknown>>): Promise<void>;
  /** As a crash would: what it was at is lost. */
  kill(service: Service): Promise<void>;
  close(): Promise<void>;
}

interface ThreadsOptions {
  readonly seed: number;
  readonly failureRates: Readonly<Record<Service, number>>;
  readonly onStatus: (service: Service, status: ServiceStatus) => void;
  /** @defaultValue 1_500 */
  readonly restartAfterMs?: number;
}

/** A program of its own: a thread can't run the server's bundle from the middle. */
async function compile(): Promise<string> {
  const file = path.join(path.dirname(fileURLToPath(import.meta.url)), 'worker.ts');
  const options = { bundle: true, write: false, platform: 'node', format: 'cjs', target: 'node20' } as const;
  const { outputFiles } = await build({ entryPoints: [file], logLevel: 'warning', ...options });
  return outputFiles[0]?.text ?? '';
}

interface Waiting {
  readonly settle: (error: Error | null) => void;
}

interface Thread {
  worker: Worker | null;
  status: ServiceStatus;
  restart: NodeJS.Timeout | undefined;
  readonly waiting: Map<number, Waiting>;
}

export async function startThreads(options: ThreadsOptions): Promise<Threads> {
  const { seed, failureRates, onStatus, restartAfterMs = restartMs } = options;
  const program = await compile();
  const newThread = (): Thread => ({ worker: null, status: 'down', restart: undefined, waiting: new Map() });
  const threads: Readonly<Record<Service, Thread>> = { orders: newThread(), billing: newThread(), mailer: newThread() };
  let jobs = 0;
  let lives = 0;
  let closed = false;

  function set(service: Service, status: ServiceStatus): void {
    threads[service].status = status;
    onStatus(service, status);
  }

  function start(service: Service): void {
    const thread = threads[service];
    lives += 1;
    const workerData: WorkerSettings = { service, seed: seed + lives, failureRate: failureRates[service] };
    const worker = new Worker(program, { eval: true, workerData });
    thread.worker = worker;
    set(service, 'starting');
    worker.once('online', () => set(service, 'running'));
    worker.on('message', ({ jobId, error }: JobResult) => {
      thread.waiting.get(jobId)?.settle(error === null ? null : new Error(error));
    });
    // `exit` follows.
    worker.on('error', () => {});
    worker.once('exit', () => {
      thread.worker = null;
      // What was under way when all ends is in the store, to be done by whoever comes next.
      if (closed) return;
      for (const { settle } of thread.waiting.values()) settle(new Error(`The service ${service} ended`));
      set(service, 'down');
      thread.restart = setTimeout(() => start(service), restartAfterMs);
    });
  }

  for (const service of services) start(service);

  return {
    statuses: () => ({
      orders: threads.orders.status,
      billing: threads.billing.status,
      mailer: threads.mailer.status,
    }),
    run(service, data) {
      const { worker, waiting } = threads[service];
      if (!worker) return Promise.reject(new Error(`The service ${service} is down`));
      jobs += 1;
      const jobId = jobs;
      return new Promise<void>((resolve, reject) => {
        const settle = (error: Error | null) => {
          clearTimeout(timer);
          waiting.delete(jobId);
          if (error) reject(error);
          else resolve();
        };
        const late = new Error(`The service ${service} took longer than ${jobTimeoutMs} ms`);
        const timer = setTimeout(() => settle(late), jobTimeoutMs);
        waiting.set(jobId, { settle });
        worker.postMessage({ jobId, data });
      });
    },
    async kill(service) {
      await threads[service].worker?.terminate();
    },
    async close() {
      closed = true;
      for (const { restart } of Object.values(threads)) clearTimeout(restart);
      await Promise.all(Object.values(threads).map(({ worker }) => worker?.terminate()));
    },
  };
}
