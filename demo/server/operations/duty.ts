/** What the node on duty does: runs the services, takes work from the store, and measures. */
import { type Service, type StoredEvent, type WorkType, workTypes } from '../../shared/operations.ts';
import type { App } from '../app.ts';
import type { Random } from '../random.ts';
import type { OperationsBoard } from './board.ts';
import { createMetrics } from './metrics.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import type { OperationsRepository } from './repository.ts';
import { startThreads, type Threads } from './threads.ts';

const workEveryMs = 100;
/** How often something happens, at the demo's ordinary pace. */
const eventEveryMs = 1_200;

/** The orders are what fails; the others do so rarely. */
const failureRatesOf = (share: number): Readonly<Record<Service, number>> => ({
  orders: share,
  billing: share / 4,
  mailer: share / 4,
});

const dataByType: Readonly<Record<WorkType, (n: number) => StoredEvent['data']>> = {
  'order.placed': (n) => ({ order: `O-${1_000 + n}`, cents: 990 + ((n * 370) % 9_000) }),
  'payment.captured': (n) => ({ payment: `P-${1_000 + n}`, cents: 990 + ((n * 370) % 9_000) }),
  'mail.requested': (n) => ({ template: n % 2 === 0 ? 'receipt' : 'shipping', order: `O-${1_000 + n}` }),
};

interface DutyDeps extends Pick<App, 'realtime' | 'logbook' | 'settings' | 'nodes'> {
  readonly repository: OperationsRepository;
  readonly board: OperationsBoard;
  readonly random: Random;
}

export interface Duty {
  readonly pipeline: Pipeline;
  /** Begins and ends as the node comes on duty and goes off. */
  start(): void;
  stop(): Promise<void>;
}

export function createDuty(deps: DutyDeps): Duty {
  const { realtime, logbook, settings, nodes, repository, board, random } = deps;
  const logger = logbook.of('operations');
  const dashboard = realtime.to({ channel: 'dashboard' });
  const metrics = createMetrics();
  let threads: Threads | null = null;
  let changing = false;
  let made = 0;
  const timers: NodeJS.Timeout[] = [];

  const pipeline = createPipeline({
    ...{ realtime, logbook, repository, onHandled: metrics.handled },
    run: async (service, data) => {
      if (!threads) throw new Error('This node is not on duty');
      await threads.run(service, data);
    },
  });
  const stats = realtime.throttled({ channel: 'dlq' }, 'dlq:stats:updated', {
    everyMs: settings.dlqIntervalMs,
    compute: repository.stats,
  });

  async function told(sent: Promise<unknown>): Promise<void> {
    await sent.catch((error: unknown) => logger.warn('What Operations measured could not be sent', error));
  }

  async function begin(): Promise<void> {
    pipeline.recover();
    board.takeWishes();
    threads = await startThreads({
      seed: settings.seed,
      failureRates: failureRatesOf(settings.failures),
      onStatus(service, status) {
        board.setStatus(service, status);
        if (status === 'down') logbook.of(service).error('The thread ended');
        else if (status === 'running') logbook.of(service).info('The thread is up');
        void told(dashboard.emit('service:status:changed', { service, status, timestamp: new Date().toISOString() }));
      },
    });
  }

  async function end(): Promise<void> {
    const ended = threads;
    threads = null;
    await ended?.close();
  }

  /** As the duty goes: one change at a time. */
  async function turn(): Promise<void> {
    if (changing) return;
    if (nodes.isOnDuty() !== (threads !== null)) {
      changing = true;
      await (threads ? end() : begin()).catch((error: unknown) => logger.error('The services could not start', error));
      changing = false;
    }
    if (!threads) return;
    for (const service of board.takeWishes()) await threads.kill(service);
    await pipeline.work();
  }

  /** The made-up traffic, while somebody is there. */
  async function happen(): Promise<void> {
    if (!threads || (await realtime.connectedUserCount()) === 0) return;
    made += 1;
    const type = workTypes[Math.floor(random() * workTypes.length)];
    if (type) await pipeline.create(type, dataByType[type](made));
  }

  function measure(): void {
    if (!threads) return;
    const { timestamp, ...measured } = metrics.take(repository.counts());
    board.addPoint({ ...measured, timestamp });
    void told(dashboard.emit('dashboard:metrics:updated', { metrics: measured, timestamp }));
    stats.touch();
  }

  return {
    pipeline,
    start() {
      const stumbled = (error: unknown) => logger.error('Operations stumbled', error);
      timers.push(setInterval(() => void turn().catch(stumbled), workEveryMs));
      timers.push(setInterval(measure, settings.metricsIntervalMs));
      const { pace } = settings;
      if (pace > 0) timers.push(setInterval(() => void happen().catch(stumbled), eventEveryMs / pace));
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      stats.close();
      await end();
    },
  };
}
