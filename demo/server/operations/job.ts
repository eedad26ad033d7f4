/** What goes between the server and the threads of its services. */
import type { Service } from '../../shared/operations.ts';

export interface WorkerSettings {
  readonly service: Service;
  readonly seed: number;
  /** Share of the events that fail by chance, from 0 to 1. */
  readonly failureRate: number;
}

export interface Job {
  readonly jobId: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface JobResult {
  readonly jobId: number;
  readonly error: string | null;
}
