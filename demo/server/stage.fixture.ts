/** What a feature stands on, in a test: the real companion, its log and database, without a port and with no clients. */
import { attachRealtime, memoryLog } from 'onesocket/server';
import { Server } from 'socket.io';
import type { ClientEvents, ServerEvents } from '../shared/events.ts';
import type { App } from './app.ts';
import { type Database, openDatabase } from './database.ts';
import { createLogbook, type Logbook } from './logbook.ts';

export interface Told {
  readonly stream: string;
  readonly type: string;
  readonly payload: unknown;
}

export interface Stage {
  readonly db: Database;
  readonly realtime: App['realtime'];
  readonly logbook: Logbook;
  /** Every event that was appended, in order. */
  readonly told: readonly Told[];
  close(): void;
}

export function createStage(): Stage {
  const told: Told[] = [];
  const log = memoryLog();
  const io = new Server<ClientEvents, ServerEvents>();
  const realtime = attachRealtime(io, {
    log: {
      ...log,
      append(stream, draft) {
        told.push({ stream, type: draft.type, payload: draft.payload });
        return log.append(stream, draft);
      },
    },
  });
  const db = openDatabase(':memory:');
  return {
    ...{ db, realtime, told },
    logbook: createLogbook({ capacity: 100, print: () => {} }),
    close() {
      realtime.close();
      log.close();
      db.close();
    },
  };
}
