/** One service: a thread of its own that handles one event after the other. Bundled when the demo starts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Service } from '../../shared/operations.ts';
import { createRandom } from '../random.ts';
import type { Job, JobResult, WorkerSettings } from './job.ts';

const { service, seed, failureRate } = workerData as WorkerSettings;
const random = createRandom(seed);
const leastMs = 8;
const mostMs = 60;

const failures: Readonly<Record<Service, string>> = {
  orders: 'The warehouse did not confirm the stock in time',
  billing: 'The bank answered 503',
  mailer: 'The mail server closed the connection',
};

/** What takes time in a real one: a call to another system, which now and then does not answer. */
async function handle({ data }: Job): Promise<void> {
  const { setTimeout: wait } = await import('node:timers/promises');
  await wait(leastMs + random() * (mostMs - leastMs));
  if (data.poison === true) throw new TypeError('The event can’t be read');
  if (random() < failureRate) throw new Error(failures[service]);
}

parentPort?.on('message', (job: Job) => {
  const answer = (result: JobResult) => parentPort?.postMessage(result);
  handle(job).then(
    () => answer({ jobId: job.jobId, error: null }),
    (error: unknown) => answer({ jobId: job.jobId, error: error instanceof Error ? error.message : String(error) }),
  );
});
