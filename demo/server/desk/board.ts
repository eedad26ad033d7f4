/** The Desk's figures: how much was published of each kind, a counter, the rate. In the database, so on all nodes. */
import { type Board, type Kind, kinds } from '../../shared/desk.ts';
import type { Database } from '../database.ts';

const initialRate = 10;

export interface BoardRepository {
  of(userId: string): Board;
  /** Adds, and returns what it is now. */
  add(name: Kind | 'counter' | `mine:${string}` | `loads:${string}`, by?: number): number;
  loads(userId: string): number;
  rate(): number;
  setRate(perSecond: number): void;
}

export function createBoardRepository(db: Database): BoardRepository {
  db.migrate('CREATE TABLE IF NOT EXISTS board (name TEXT PRIMARY KEY, value INTEGER NOT NULL);');
  const set = `INSERT INTO board VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value =`;

  const read = (name: string): number | undefined =>
    db.get<{ value: number }>('SELECT value FROM board WHERE name = ?', name)?.value;
  const rate = () => read('rate') ?? initialRate;

  return {
    of: (userId) => ({
      totals: Object.fromEntries(kinds.map((kind) => [kind, read(kind) ?? 0])) as Record<Kind, number>,
      mine: read(`mine:${userId}`) ?? 0,
      counter: read('counter') ?? 0,
      perSecond: rate(),
    }),
    add: (name, by = 1) =>
      db.get<{ value: number }>(`${set} value + excluded.value RETURNING value`, name, by)?.value ?? 0,
    loads: (userId) => read(`loads:${userId}`) ?? 0,
    rate,
    setRate: (perSecond) => void db.run(`${set} excluded.value`, 'rate', perSecond),
  };
}
