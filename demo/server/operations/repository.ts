/** The event store and the dead-letter queue, in the database: every node sees them. */
import { randomUUID } from 'node:crypto';
import {
  type DlqEntry,
  type DlqStats,
  type DlqStatus,
  type EventStatus,
  type FeedEvent,
  type StoredEvent,
  serviceByType,
  type WorkType,
} from '../../shared/operations.ts';
import type { Database } from '../database.ts';

export interface OperationsRepository {
  add(eventType: WorkType, data: StoredEvent['data'], replayOf?: string): FeedEvent;
  event(eventId: string): FeedEvent | undefined;
  /** Newest first. */
  recent(count: number): readonly FeedEvent[];
  /** Oldest first. */
  queued(count: number): readonly FeedEvent[];
  settle(eventId: string, status: EventStatus): void;
  counts(): { readonly total: number; readonly failed: number };

  bury(event: StoredEvent, error: string, maxAttempts: number, dueAt: number): DlqEntry;
  letter(dlqId: string): DlqEntry | undefined;
  /** Newest first. */
  letters(count: number): readonly DlqEntry[];
  /** Those that are to be tried now. */
  due(now: number, count: number): readonly DlqEntry[];
  refile(
    dlqId: string,
    change: Partial<Pick<DlqEntry, 'status' | 'attemptCount' | 'maxAttempts'>> & { readonly dueAt?: number },
  ): void;
  stats(): DlqStats;
}

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly data: string;
  readonly status: string;
  readonly replay_of: string | null;
}
interface LetterRow extends EventRow {
  readonly dlq_id: string;
  readonly error: string;
  readonly dlq_status: string;
  readonly attempts: number;
  readonly max_attempts: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS ops_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, at TEXT NOT NULL,
    data TEXT NOT NULL, status TEXT NOT NULL, replay_of TEXT
  );
  CREATE INDEX IF NOT EXISTS ops_events_by_status ON ops_events (status, seq);
  CREATE TABLE IF NOT EXISTS ops_dlq (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event_id TEXT NOT NULL REFERENCES ops_events (id)
    ON DELETE CASCADE, error TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL, due_at INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS ops_counts (name TEXT PRIMARY KEY, value INTEGER NOT NULL);`;

/** Older ones leave the store, and the queue with it. */
const kept = 2_000;

const newId = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`;

function toEvent(row: EventRow): FeedEvent {
  const eventType = row.type as WorkType;
  const common = { eventId: row.id, eventType, service: serviceByType[eventType], timestamp: row.at };
  return { ...common, data: JSON.parse(row.data), status: row.status as EventStatus, replayOf: row.replay_of };
}

export function toStored({ status: _, replayOf: __, ...event }: FeedEvent): StoredEvent {
  return event;
}

const toLetter = (row: LetterRow): DlqEntry => ({
  ...{
    dlqId: row.dlq_id,
    originalEvent: toStored(toEvent(row)),
    error: row.error,
    status: row.dlq_status as DlqStatus,
  },
  ...{ attemptCount: row.attempts, maxAttempts: row.max_attempts },
});

export function createOperationsRepository(db: Database): OperationsRepository {
  db.migrate(schema);
  const letterSql = `SELECT e.*, d.id AS dlq_id, d.error, d.status AS dlq_status, d.attempts, d.max_attempts
    FROM ops_dlq d JOIN ops_events e ON e.id = d.event_id`;

  const count = (name: string) =>
    db.run('INSERT INTO ops_counts VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1', name);
  const counted = (name: string) =>
    db.get<{ value: number }>('SELECT value FROM ops_counts WHERE name = ?', name)?.value ?? 0;
  const event = (eventId: string) => {
    const row = db.get<EventRow>('SELECT * FROM ops_events WHERE id = ?', eventId);
    return row && toEvent(row);
  };
  const letter = (dlqId: string) => {
    const row = db.get<LetterRow>(`${letterSql} WHERE d.id = ?`, dlqId);
    return row && toLetter(row);
  };
  const sumBy = (column: string) => {
    const sql = `SELECT ${column} AS name, count(*) AS value FROM ops_dlq d JOIN ops_events e ON e.id = d.event_id GROUP BY 1`;
    return db.all<{ name: string; value: number }>(sql);
  };

  return {
    add: (eventType, data, replayOf) =>
      db.transaction(() => {
        const id = newId('E');
        const values = [id, eventType, new Date().toISOString(), JSON.stringify(data), 'queued', replayOf ?? null];
        db.run('INSERT INTO ops_events (id, type, at, data, status, replay_of) VALUES (?, ?, ?, ?, ?, ?)', ...values);
        db.run('DELETE FROM ops_events WHERE seq <= (SELECT max(seq) FROM ops_events) - ?', kept);
        count('events');
        const added = event(id);
        if (!added) throw new Error(`The event ${id} is not in the store`);
        return added;
      }),
    event,
    recent: (most) => db.all<EventRow>('SELECT * FROM ops_events ORDER BY seq DESC LIMIT ?', most).map(toEvent),
    queued: (most) =>
      db.all<EventRow>("SELECT * FROM ops_events WHERE status = 'queued' ORDER BY seq LIMIT ?", most).map(toEvent),
    settle(eventId, status) {
      db.run('UPDATE ops_events SET status = ? WHERE id = ?', status, eventId);
      if (status === 'failed') count('failed');
    },
    counts: () => ({ total: counted('events'), failed: counted('failed') }),

    bury: ({ eventId }, error, maxAttempts, dueAt) =>
      db.transaction(() => {
        const id = newId('D');
        db.run(
          'INSERT INTO ops_dlq (id, event_id, error, status, attempts, max_attempts, due_at) VALUES (?, ?, ?, ?, 0, ?, ?)',
          ...[id, eventId, error, 'pending', maxAttempts, dueAt],
        );
        const added = letter(id);
        if (!added) throw new Error(`The event ${eventId} is not in the store`);
        return added;
      }),
    letter,
    letters: (most) => db.all<LetterRow>(`${letterSql} ORDER BY d.seq DESC LIMIT ?`, most).map(toLetter),
    due: (now, most) =>
      db
        .all<LetterRow>(
          `${letterSql} WHERE d.status = 'pending' AND d.due_at <= ? ORDER BY d.due_at LIMIT ?`,
          now,
          most,
        )
        .map(toLetter),
    refile(dlqId, { status, attemptCount, maxAttempts, dueAt }) {
      db.run(
        `UPDATE ops_dlq SET status = coalesce(?, status), attempts = coalesce(?, attempts),
           max_attempts = coalesce(?, max_attempts), due_at = coalesce(?, due_at) WHERE id = ?`,
        ...[status ?? null, attemptCount ?? null, maxAttempts ?? null, dueAt ?? null, dlqId],
      );
    },
    stats() {
      const byStatus = new Map(sumBy('d.status').map(({ name, value }) => [name, value]));
      const byTopic = Object.fromEntries(sumBy('e.type').map(({ name, value }) => [name, value]));
      const byService: Record<string, number> = {};
      for (const [type, value] of Object.entries(byTopic)) {
        const service = serviceByType[type as WorkType];
        byService[service] = (byService[service] ?? 0) + value;
      }
      const of = (status: DlqStatus) => byStatus.get(status) ?? 0;
      const counts = {
        pending: of('pending'),
        retrying: of('retrying'),
        failed: of('failed'),
        resolved: of('resolved'),
      };
      const total = Object.values(counts).reduce((sum, value) => sum + value, 0);
      return { total, ...counts, byTopic, byService };
    },
  };
}
