/** What admins may ask of Operations. Each writes into the store what is to be done; the node on duty does it. */
import { CommandError } from 'onesocket/server';
import type { OperationsSnapshot } from '../../shared/operations.ts';
import { isUserId, users } from '../../shared/users.ts';
import type { App } from '../app.ts';
import type { OperationsBoard } from './board.ts';
import type { Pipeline } from './pipeline.ts';
import * as schemas from './schemas.ts';

interface CommandDeps extends Pick<App, 'realtime' | 'logbook'> {
  readonly pipeline: Pipeline;
  readonly board: OperationsBoard;
  readonly snapshot: () => OperationsSnapshot;
}

/** @throws CommandError */
function nameOfAdmin({ userId, role }: { readonly userId: string; readonly role?: string }): string {
  if (role !== 'admin') throw new CommandError('forbidden', 'Operations is for admins');
  return isUserId(userId) ? users[userId].name : userId;
}

export function handleCommands({ realtime, logbook, pipeline, board, snapshot }: CommandDeps): void {
  const logger = logbook.of('operations');

  realtime.onCommand('operations:get', (_, { session }) => {
    nameOfAdmin(session);
    return snapshot();
  });
  realtime.onCommand('service:kill', { schema: schemas.kill }, ({ service }, { session }) => {
    logger.warn(`${nameOfAdmin(session)} kills ${service}`);
    board.wish(service);
    return { success: true };
  });
  realtime.onCommand('event:create', { schema: schemas.create }, async ({ eventType, poison }, { session }) => {
    const by = nameOfAdmin(session);
    const { eventId } = await pipeline.create(eventType, { by, ...(poison && { poison }) });
    return { eventId };
  });
  realtime.onCommand('event:replay', { schema: schemas.replay }, async ({ eventId }, { session }) => {
    logger.info(`${nameOfAdmin(session)} replays ${eventId}`);
    const copy = await pipeline.replay(eventId);
    if (!copy) throw new CommandError('not_found', 'The store has no such event');
    return { eventId: copy.eventId };
  });
  realtime.onCommand('dlq:retry', { schema: schemas.retry }, ({ dlqId }, { session }) => {
    logger.info(`${nameOfAdmin(session)} retries ${dlqId}`);
    if (!pipeline.retry(dlqId)) throw new CommandError('not_possible', 'It is gone, resolved, or being retried');
    return { success: true };
  });
}
