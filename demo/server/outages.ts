/** Browsers that no node lets in for a while: what a network that is down looks like from there. */
import type { App } from './app.ts';
import { toBrowser } from './browser.ts';
import type { Database } from './database.ts';

const outageMs = 8_000;

export interface Outages {
  begin(browser: string): void;
  /** Destroys the connections of those who may not come in. To be called before anybody else sees them. */
  guard(io: App['io']): void;
}

export function createOutages(db: Database): Outages {
  db.migrate('CREATE TABLE IF NOT EXISTS outages (browser TEXT PRIMARY KEY, until INTEGER NOT NULL);');
  const isOut = (browser: string) => {
    const row = db.get<{ until: number }>('SELECT until FROM outages WHERE browser = ?', browser);
    return row !== undefined && row.until > Date.now();
  };
  return {
    begin: (browser) =>
      void db.run(
        'INSERT INTO outages VALUES (?, ?) ON CONFLICT (browser) DO UPDATE SET until = excluded.until',
        ...[browser, Date.now() + outageMs],
      ),
    guard(io) {
      io.use(({ handshake: { auth }, conn }, next) => {
        if (!isOut(toBrowser(String(auth.user), String(auth.client)))) return next();
        conn.close(true);
      });
    },
  };
}
