/** What the server stands on, asked again and again: tells when something went or came back. */
import type { App } from '../app.ts';

const everyMs = 3_000;

export type Infrastructure = Readonly<Record<string, 'up' | 'down'>>;

export interface Watch {
  current(): Infrastructure;
  /** Asks now. Never rejects. */
  look(): Promise<void>;
  start(): void;
  stop(): void;
}

export function createWatch({ realtime, db, logbook }: Pick<App, 'realtime' | 'db' | 'logbook'>): Watch {
  const logger = logbook.of('watch');
  let known: Infrastructure = {};
  let timer: NodeJS.Timeout | undefined;

  function isDatabaseUp(): boolean {
    try {
      return db.get('SELECT 1 AS up') !== undefined;
    } catch {
      return false;
    }
  }

  async function look(): Promise<void> {
    const health = await realtime.health();
    const word = (isUp: boolean) => (isUp ? ('up' as const) : ('down' as const));
    const found: Infrastructure = {
      'event log': word(health.log),
      'session registry': word(health.registry),
      database: word(isDatabaseUp()),
    };
    const before = known;
    known = found;
    for (const [component, status] of Object.entries(found)) {
      if (before[component] === undefined || before[component] === status) continue;
      logger.warn(`${component} is ${status}`);
      await realtime
        .to({ channel: 'dashboard' })
        .emit('infrastructure:status:changed', { component, status, timestamp: new Date().toISOString() })
        .catch((error: unknown) => logger.warn('A change of the infrastructure could not be sent', error));
    }
  }

  return {
    current: () => known,
    look,
    start() {
      void look();
      timer = setInterval(() => void look(), everyMs);
    },
    stop: () => clearInterval(timer),
  };
}
