/** The shops: what happens is stored first, then told to the people of that shop who have the module. */
import { randomUUID } from 'node:crypto';
import {
  type ChatMessage,
  cardLimit,
  nextStatuses,
  type Order,
  type OrderItem,
  type OrderStatus,
  type OrderWish,
  products,
  type ShopAnswer,
  type Transaction,
} from '../../shared/shop.ts';
import type { ShopId } from '../../shared/users.ts';
import type { App } from '../app.ts';
import type { ShopRepository } from './repository.ts';

/** A session, or whoever asks by REST. */
type Reader = Parameters<App['realtime']['positionOf']>[0];

/** What can't be done, and why; the caller is told. */
export class ShopError extends Error {
  readonly code: 'not_found' | 'not_possible';
  constructor(code: ShopError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface ShopService {
  /** Stores the order and tries to take its money. @throws ShopError */
  create(shop: ShopId, wish: OrderWish): Promise<Order>;
  /** @throws ShopError */
  move(shop: ShopId, orderId: string, status: OrderStatus): Promise<Order>;
  /** @throws ShopError */
  pay(shop: ShopId, orderId: string): Promise<Transaction>;
  say(shop: ShopId, from: string, text: string): Promise<ChatMessage>;
  orders(shop: ShopId): readonly Order[];
  /** What the reader's modules let them see. */
  overview(reader: Reader, shop: ShopId): Promise<ShopAnswer>;
}

const now = () => new Date().toISOString();
const newId = (prefix: string) => `${prefix}-${randomUUID().slice(0, 8)}`;

function toItems(shop: ShopId, wish: OrderWish): readonly OrderItem[] {
  return wish.items.map(({ productId, quantity }) => {
    const product = products[shop].find(({ id }) => id === productId);
    if (!product) throw new ShopError('not_found', `This shop has no ${productId}`);
    return { productId, name: product.name, quantity, price: product.price };
  });
}

export function createShopService(
  { realtime, logbook }: Pick<App, 'realtime' | 'logbook'>,
  repository: ShopRepository,
): ShopService {
  const logger = logbook.of('shop');

  /** The store has it: a log that is away must not undo that. Tabs load again when it is back. */
  async function told(sent: Promise<unknown>): Promise<void> {
    await sent.catch((error: unknown) => logger.warn('What happened in a shop could not be sent', error));
  }

  function find(shop: ShopId, orderId: string): Order {
    const order = repository.order(shop, orderId);
    if (!order) throw new ShopError('not_found', 'This shop has no such order');
    return order;
  }

  function charge(order: Order): Transaction {
    const refused = order.total > cardLimit;
    const transaction: Transaction = {
      ...{ transactionId: newId('T'), orderId: order.orderId, shopId: order.shopId, amount: order.total },
      ...{ status: refused ? 'failed' : 'approved', reason: refused ? 'Above the limit of the card' : null },
      timestamp: now(),
    };
    repository.put('transaction', transaction.transactionId, transaction);
    return transaction;
  }

  async function tellOf(transaction: Transaction): Promise<void> {
    const { shopId, status, orderId, reason } = transaction;
    const to = realtime.to({ shop: shopId });
    if (status === 'approved') await told(to.emit('transaction_approved', transaction));
    else {
      logger.warn(`The payment of ${orderId} was refused`, { reason });
      await told(to.emit('transaction_failed', transaction));
    }
  }

  return {
    async create(shop, wish) {
      const items = toItems(shop, wish);
      const total = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
      const at = now();
      const common = { orderId: newId('O'), shopId: shop, customer: wish.customer, items, total };
      const order: Order = { ...common, status: 'placed', createdAt: at, updatedAt: at };
      const transaction = repository.transaction(() => {
        repository.put('order', order.orderId, order);
        return charge(order);
      });
      logger.info(`${order.orderId} was placed in ${shop}`, { total });
      await told(realtime.to({ shop }).emit('order_created', order));
      await tellOf(transaction);
      return order;
    },
    async move(shop, orderId, status) {
      const moved = repository.transaction(() => {
        const order = find(shop, orderId);
        if (!nextStatuses[order.status].includes(status)) {
          throw new ShopError('not_possible', `An order that is ${order.status} can't be ${status}`);
        }
        const after: Order = { ...order, status, updatedAt: now() };
        repository.put('order', orderId, after);
        return after;
      });
      await told(realtime.to({ shop }).emit('order_updated', moved));
      return moved;
    },
    async pay(shop, orderId) {
      const transaction = repository.transaction(() => {
        const order = find(shop, orderId);
        if (repository.isPaid(orderId)) throw new ShopError('not_possible', 'This order is paid');
        return charge(order);
      });
      await tellOf(transaction);
      return transaction;
    },
    async say(shop, from, text) {
      const message: ChatMessage = { messageId: newId('M'), shopId: shop, from, text, timestamp: now() };
      repository.put('message', message.messageId, message);
      await told(realtime.to({ shop }).emit('chat_message', message));
      return message;
    },
    orders: (shop) => repository.list('order', shop),
    async overview(reader, shop) {
      // First the place in the log, then the data: what comes in between is told again, and changes nothing twice.
      const position = await realtime.positionOf(reader);
      const sees = (module: string) => reader.modules?.includes(module) ?? true;
      return {
        position,
        state: {
          orders: sees('orders') ? repository.list('order', shop) : null,
          transactions: sees('transactions') ? repository.list('transaction', shop) : null,
          chat: sees('chat') ? [...repository.list('message', shop)].reverse() : null,
        },
      };
    },
  };
}
