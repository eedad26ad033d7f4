/**
 * Events on their way: stored, handed to their service, done or failed. What failed goes into the dead-letter queue,
 * which tries it again, later each time, until it works or was tried too often. Everything is taken from the store,
 * so that a server that ends in the midst of it goes on where it was.
 */
import type { DlqEntry, FeedEvent, Service, WorkType } from '../../shared/operations.ts';
import type { App } from '../app.ts';
import { type OperationsRepository, toStored } from './repository.ts';

const maxAttempts = 3;
const firstRetryMs = 2_000;
/** Handled at the same time; more wait in the store. */
const maxAtOnce = 16;

export interface Pipeline {
  create(eventType: WorkType, data: FeedEvent['data']): Promise<FeedEvent>;
  /** A copy that is handled anew; `null`: the store has no such event. */
  replay(eventId: string): Promise<FeedEvent | null>;
  /** Tries it now, also what was tried too often; false: there is none, or it is resolved or being retried. */
  retry(dlqId: string): boolean;
  /** Takes what is to be done and does it. Never rejects. */
  work(): Promise<void>;
  /** What was being done when the server ended is to be done. */
  recover(): void;
}

interface PipelineDeps extends Pick<App, 'realtime' | 'logbook'> {
  readonly repository: OperationsRepository;
  readonly run: (service: Service, data: FeedEvent['data']) => Promise<void>;
  /** Milliseconds that an event took, and whether it worked. */
  readonly onHandled: (ms: number) => void;
  /** @defaultValue 2_000: before the first retry; doubled for each further one */
  readonly retryAfterMs?: number;
}

export function createPipeline(deps: PipelineDeps): Pipeline {
  const { realtime, logbook, repository, run, onHandled, retryAfterMs = firstRetryMs } = deps;
  const logger = logbook.of('operations');
  const events = realtime.to({ channel: 'events' });
  const dlq = realtime.to({ channel: 'dlq' });
  const inWork = new Set<string>();

  async function told(sent: Promise<unknown>): Promise<void> {
    await sent.catch((error: unknown) => logger.warn('An event of Operations could not be sent', error));
  }

  /** `null`: it worked. */
  async function attempt(event: Pick<FeedEvent, 'service' | 'data'>): Promise<string | null> {
    const start = performance.now();
    try {
      await run(event.service, event.data);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      onHandled(performance.now() - start);
    }
  }

  async function handle(feedEvent: FeedEvent): Promise<void> {
    const error = await attempt(feedEvent);
    const event = toStored(feedEvent);
    repository.settle(event.eventId, error === null ? 'done' : 'failed');
    if (error === null) return;
    const letter = repository.bury(event, error, maxAttempts, Date.now() + retryAfterMs);
    logbook.of(event.service, event.eventId).error(`${event.eventType} failed`, { error });
    await told(events.emit('event:failed', { ...event, error }));
    const { dlqId, originalEvent, status } = letter;
    await told(dlq.emit('dlq:event:added', { dlqId, originalEvent, error, maxAttempts, status }));
  }

  async function retryLetter(letter: DlqEntry): Promise<void> {
    const { dlqId, originalEvent } = letter;
    const attemptCount = letter.attemptCount + 1;
    repository.refile(dlqId, { status: 'retrying', attemptCount });
    await told(dlq.emit('dlq:event:retrying', { dlqId, attemptCount, status: 'retrying' }));
    const error = await attempt(originalEvent);
    const own = logbook.of(originalEvent.service, originalEvent.eventId);
    if (error === null) {
      repository.refile(dlqId, { status: 'resolved' });
      repository.settle(originalEvent.eventId, 'done');
      own.info(`${originalEvent.eventType} worked at attempt ${attemptCount}`);
      await told(dlq.emit('dlq:event:resolved', { dlqId, status: 'resolved' }));
      return;
    }
    const over = attemptCount >= letter.maxAttempts;
    const status = over ? 'failed' : 'pending';
    repository.refile(dlqId, { status, dueAt: Date.now() + retryAfterMs * 2 ** attemptCount });
    own.warn(`${originalEvent.eventType} failed at attempt ${attemptCount} of ${letter.maxAttempts}`, { error });
    await told(dlq.emit('dlq:event:failed', { dlqId, attemptCount, maxAttempts: letter.maxAttempts, status }));
  }

  /** Each once at a time, however often it is found. */
  async function once(id: string, work: () => Promise<void>): Promise<void> {
    if (inWork.has(id)) return;
    inWork.add(id);
    try {
      await work();
    } catch (error) {
      logger.error(`${id} could not be handled`, error);
    } finally {
      inWork.delete(id);
    }
  }

  return {
    async create(eventType, data) {
      const added = repository.add(eventType, data);
      await told(events.emit('event:created', toStored(added)));
      return added;
    },
    async replay(eventId) {
      const found = repository.event(eventId);
      if (!found) return null;
      const copy = repository.add(found.eventType, found.data, eventId);
      await told(events.emit('event:replayed', { ...toStored(copy), replayOf: eventId }));
      return copy;
    },
    retry(dlqId) {
      const letter = repository.letter(dlqId);
      if (letter?.status !== 'pending' && letter?.status !== 'failed') return false;
      const most = Math.max(letter.maxAttempts, letter.attemptCount + 1);
      repository.refile(dlqId, { status: 'pending', maxAttempts: most, dueAt: 0 });
      return true;
    },
    async work() {
      const free = maxAtOnce - inWork.size;
      if (free <= 0) return;
      const handled = repository.queued(free).map((event) => once(event.eventId, () => handle(event)));
      const retried = repository.due(Date.now(), free).map((letter) => once(letter.dlqId, () => retryLetter(letter)));
      await Promise.all([...handled, ...retried]);
    },
    recover() {
      for (const { dlqId, status } of repository.letters(Number.MAX_SAFE_INTEGER)) {
        if (status === 'retrying') repository.refile(dlqId, { status: 'pending', dueAt: 0 });
      }
    },
  };
}
