/** Operations: services in threads, an event store, a dead-letter queue, measured figures and the server's own log. */
import type { ChannelRules } from 'onesocket/server';
import * as v from 'valibot';
import type { OperationsSnapshot } from '../../shared/operations.ts';
import type { FeatureDefinition } from '../app.ts';
import { HttpError } from '../http/error.ts';
import type { ApiRequest, Route } from '../http/router.ts';
import { createRandom } from '../random.ts';
import { createOperationsBoard } from './board.ts';
import { handleCommands } from './commands.ts';
import { createDuty } from './duty.ts';
import { createLogStream } from './log-stream.ts';
import { createOperationsRepository } from './repository.ts';
import { recent } from './schemas.ts';
import { createWatch } from './watch.ts';

const listed = 100;

const forAdmins = (filters: readonly string[]): ChannelRules => ({ filters, allow: ({ role }) => role === 'admin' });

function checkAdmin({ caller }: ApiRequest): void {
  if (caller.role !== 'admin') throw new HttpError(403, 'Operations is for admins');
}

export const operations: FeatureDefinition = {
  name: 'operations',
  channels: {
    dashboard: forAdmins([]),
    events: forAdmins(['eventType', 'service']),
    dlq: forAdmins(['status']),
    logs: forAdmins(['level', 'service', 'context']),
  },
  create(app) {
    const repository = createOperationsRepository(app.db);
    const board = createOperationsBoard(app.db);
    const duty = createDuty({ ...app, repository, board, random: createRandom(app.settings.seed) });
    const logs = createLogStream(app);
    const watch = createWatch(app);
    const snapshot = (): OperationsSnapshot => ({
      services: board.statuses(),
      infrastructure: watch.current(),
      metrics: board.points(),
      events: repository.recent(listed),
      dlq: repository.letters(listed),
      stats: repository.stats(),
    });
    handleCommands({ ...app, pipeline: duty.pipeline, board, snapshot });

    const routes: readonly Route[] = [
      {
        method: 'GET',
        path: '/api/v1/notifications/logs/recent',
        handle(request) {
          checkAdmin(request);
          const wish = v.safeParse(recent, Object.fromEntries(request.query));
          if (!wish.success) throw new HttpError(400, 'A level that there is, and a limit from 1 to 1000');
          const { level, limit } = wish.output;
          return { logs: logs.recent({ limit, ...(level && { level }) }) };
        },
      },
      {
        method: 'GET',
        path: '/api/v1/notifications/logs/stats',
        handle(request) {
          checkAdmin(request);
          return logs.stats();
        },
      },
    ];

    return {
      routes,
      start() {
        logs.start();
        watch.start();
        duty.start();
      },
      async stop() {
        logs.stop();
        watch.stop();
        await duty.stop();
      },
    };
  },
};
