/** What the node on duty tells the others by the database, and what they wish of it. */
import { type Service, type ServiceStatus, services } from '../../shared/operations.ts';
import type { Database } from '../database.ts';
import type { MetricsPoint } from './metrics.ts';

/** Points that a chart starts from. */
const keptPoints = 60;

export interface OperationsBoard {
  setStatus(service: Service, status: ServiceStatus): void;
  statuses(): Readonly<Record<Service, ServiceStatus>>;
  addPoint(point: MetricsPoint): void;
  /** Oldest first. */
  points(): readonly MetricsPoint[];
  /** That the service be killed, by the node that runs it. */
  wish(service: Service): void;
  takeWishes(): readonly Service[];
}

export function createOperationsBoard(db: Database): OperationsBoard {
  db.migrate(`
    CREATE TABLE IF NOT EXISTS ops_services (service TEXT PRIMARY KEY, status TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS ops_points (seq INTEGER PRIMARY KEY AUTOINCREMENT, point TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS ops_wishes (seq INTEGER PRIMARY KEY AUTOINCREMENT, service TEXT NOT NULL);`);
  const statusOf = (service: Service): ServiceStatus =>
    db.get<{ status: ServiceStatus }>('SELECT status FROM ops_services WHERE service = ?', service)?.status ?? 'down';

  return {
    setStatus: (service, status) => void db.run('INSERT OR REPLACE INTO ops_services VALUES (?, ?)', service, status),
    statuses: () =>
      Object.fromEntries(services.map((service) => [service, statusOf(service)])) as Record<Service, ServiceStatus>,
    addPoint(point) {
      db.run('INSERT INTO ops_points (point) VALUES (?)', JSON.stringify(point));
      db.run('DELETE FROM ops_points WHERE seq <= (SELECT max(seq) FROM ops_points) - ?', keptPoints);
    },
    points: () =>
      db.all<{ point: string }>('SELECT point FROM ops_points ORDER BY seq').map(({ point }) => JSON.parse(point)),
    wish: (service) => void db.run('INSERT INTO ops_wishes (service) VALUES (?)', service),
    takeWishes: () =>
      db.all<{ service: Service }>('DELETE FROM ops_wishes RETURNING service').map(({ service }) => service),
  };
}
