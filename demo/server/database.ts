/**
 * The demo's database: SQLite in the process, by libsql. It comes ready built with the package manager (no compiler,
 * no other download), is safe against crashes, and lets several processes of one machine share a file. Node has one
 * of its own only from version 22.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Libsql from 'libsql';

type Value = string | number | null;

export interface Database {
  /** The rows that a statement reads or returns. */
  all<Row>(sql: string, ...values: readonly Value[]): readonly Row[];
  get<Row>(sql: string, ...values: readonly Value[]): Row | undefined;
  /** How many rows it changed. */
  run(sql: string, ...values: readonly Value[]): number;
  /** Tables, indexes: several statements, which must be harmless when they run again. */
  migrate(sql: string): void;
  /** All or nothing, and nobody else writes meanwhile. Must not wait for anything. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** Another process may be writing. */
const patienceMs = 5_000;

/** `file`: a path whose folder is made, or `:memory:`. */
export function openDatabase(file: string): Database {
  if (file !== ':memory:') mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const db = new Libsql(file, { timeout: patienceMs });
  // Readers don't wait for the writer; after a crash of the machine the last moment may be lost, never the file.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;');
  const prepared = new Map<string, ReturnType<typeof db.prepare>>();

  function prepare(sql: string) {
    const known = prepared.get(sql);
    if (known) return known;
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  }

  const all = <Row>(sql: string, values: readonly Value[]) => prepare(sql).all(...values) as readonly Row[];

  return {
    all: (sql, ...values) => all(sql, values),
    get: <Row>(sql: string, ...values: readonly Value[]) => all<Row>(sql, values)[0],
    run: (sql, ...values) => prepare(sql).run(...values).changes,
    migrate: (sql) => void db.exec(sql),
    transaction: (work) => db.transaction(work).immediate(),
    close: () => void db.close(),
  };
}
