/** Where the shops are kept: one row each for orders, payments and messages, the whole of it as JSON. */
import { type ChatMessage, type Order, shopLimit, type Transaction } from '../../shared/shop.ts';
import type { ShopId } from '../../shared/users.ts';
import type { Database } from '../database.ts';

interface Kinds {
  readonly order: Order;
  readonly transaction: Transaction;
  readonly message: ChatMessage;
}
type Kind = keyof Kinds;

export interface ShopRepository {
  /** Nothing was ever stored. */
  isNew(): boolean;
  put<K extends Kind>(kind: K, id: string, item: Kinds[K]): void;
  /** Of this shop only. */
  order(shop: ShopId, orderId: string): Order | undefined;
  /** Newest first, the last few. */
  list<K extends Kind>(kind: K, shop: ShopId): readonly Kinds[K][];
  isPaid(orderId: string): boolean;
  transaction<Result>(work: () => Result): Result;
}

interface Row {
  readonly item: string;
}

export function createShopRepository(db: Database): ShopRepository {
  db.migrate(`
    CREATE TABLE IF NOT EXISTS shop_items (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE, shop TEXT NOT NULL,
      item TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS shop_items_by_shop ON shop_items (shop, kind, seq);`);

  return {
    isNew: () => !db.get('SELECT 1 FROM shop_items'),
    put(kind, id, item) {
      db.run(
        `INSERT INTO shop_items (kind, id, shop, item) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET item = excluded.item`,
        ...[kind, id, item.shopId, JSON.stringify(item)],
      );
    },
    order(shop, orderId) {
      const sql = "SELECT item FROM shop_items WHERE kind = 'order' AND shop = ? AND id = ?";
      const row = db.get<Row>(sql, shop, orderId);
      return row && JSON.parse(row.item);
    },
    list(kind, shop) {
      const sql = 'SELECT item FROM shop_items WHERE kind = ? AND shop = ? ORDER BY seq DESC LIMIT ?';
      return db.all<Row>(sql, kind, shop, shopLimit).map(({ item }) => JSON.parse(item));
    },
    isPaid: (orderId) =>
      db.get(
        `SELECT 1 FROM shop_items WHERE kind = 'transaction' AND item ->> 'orderId' = ? AND item ->> 'status' = 'approved'`,
        orderId,
      ) !== undefined,
    transaction: db.transaction,
  };
}
