/**
 * The demo's nodes, as they tell each other in the database: who is alive, what each counts, and which one is on
 * duty for what only one may do. The product needs none of this: it is for the page to show, and for the demo's clocks.
 */
import type { Database } from './database.ts';

const beatMs = 1_000;
/** A node that said nothing for so long is gone, and its duty goes to another one. */
const aliveMs = 3_500;

/** What a node counts. */
export interface NodeReport {
  readonly published: number;
  /** Events given again from the log. */
  readonly replayed: number;
  /** Connections by browser. */
  readonly connections: Readonly<Record<string, number>>;
}

export interface NodeState extends NodeReport {
  readonly name: string;
  readonly onDuty: boolean;
}

export interface Nodes {
  readonly name: string;
  /** This node does what only one may do. */
  isOnDuty(): boolean;
  /** Those that are alive, as of now. */
  list(): readonly NodeState[];
  /** What this node counts. */
  reportBy(source: () => NodeReport): void;
  /** Tells the others now, and goes on telling them. */
  start(): void;
  /** Something changed that somebody may be looking at. */
  beat(): void;
  stop(): void;
}

interface Row {
  readonly name: string;
  readonly report: string;
}

export function createNodes(db: Database, name: string): Nodes {
  db.migrate(`
    CREATE TABLE IF NOT EXISTS nodes (name TEXT PRIMARY KEY, at INTEGER NOT NULL, report TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS duty (id INTEGER PRIMARY KEY CHECK (id = 1), node TEXT NOT NULL, until INTEGER NOT NULL);
  `);
  let report: () => NodeReport = () => ({ published: 0, replayed: 0, connections: {} });
  let onDuty = false;
  let timer: NodeJS.Timeout | undefined;

  function holder(): string | undefined {
    return db.get<{ node: string }>('SELECT node FROM duty WHERE until > ?', Date.now())?.node;
  }

  function beat(): void {
    const now = Date.now();
    db.run(
      'INSERT INTO nodes VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at, report = excluded.report',
      ...[name, now, JSON.stringify(report())],
    );
    db.run(
      `INSERT INTO duty VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET node = excluded.node, until = excluded.until
       WHERE node = excluded.node OR until < ?`,
      ...[name, now + aliveMs, now],
    );
    onDuty = holder() === name;
  }

  return {
    name,
    isOnDuty: () => onDuty,
    list() {
      const duty = holder();
      const rows = db.all<Row>('SELECT name, report FROM nodes WHERE at > ? ORDER BY name', Date.now() - aliveMs);
      return rows.map((row) => ({ ...JSON.parse(row.report), name: row.name, onDuty: row.name === duty }));
    },
    reportBy(source) {
      report = source;
    },
    start() {
      beat();
      timer = setInterval(beat, beatMs);
    },
    beat,
    stop() {
      clearInterval(timer);
      db.run('DELETE FROM nodes WHERE name = ?', name);
      db.run('DELETE FROM duty WHERE node = ?', name);
    },
  };
}
