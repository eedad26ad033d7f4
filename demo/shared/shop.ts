/** What the page and the server of Shop agree on: orders, payments, chat; each shop hears its own. */
import type { ShopId } from './users.ts';

export const orderStatuses = ['placed', 'packed', 'sent', 'delivered', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Where an order may go from where it is. */
export const nextStatuses: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  placed: ['packed', 'cancelled'],
  packed: ['sent', 'cancelled'],
  sent: ['delivered'],
  delivered: [],
  cancelled: [],
};

export interface Product {
  readonly id: string;
  readonly name: string;
  /** In cents. */
  readonly price: number;
}

export const products: Readonly<Record<ShopId, readonly Product[]>> = {
  north: [
    { id: 'atlas', name: 'Sea atlas', price: 8_900 },
    { id: 'novel', name: 'Novel', price: 1_850 },
    { id: 'chart', name: 'Harbour chart', price: 3_200 },
  ],
  south: [
    { id: 'beans', name: 'Beans, 1 kg', price: 2_600 },
    { id: 'mill', name: 'Hand mill', price: 9_900 },
    { id: 'cups', name: 'Two cups', price: 2_200 },
  ],
};

/** In cents: what a card of the demo's bank is good for. Above it a payment fails. */
export const cardLimit = 20_000;

export interface OrderItem {
  readonly productId: string;
  readonly name: string;
  readonly quantity: number;
  readonly price: number;
}

export interface Order {
  readonly orderId: string;
  readonly shopId: ShopId;
  readonly customer: string;
  readonly items: readonly OrderItem[];
  readonly total: number;
  readonly status: OrderStatus;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Transaction {
  readonly transactionId: string;
  readonly orderId: string;
  readonly shopId: ShopId;
  readonly amount: number;
  readonly status: 'approved' | 'failed';
  /** Why it failed. */
  readonly reason: string | null;
  readonly timestamp: string;
}

export interface ChatMessage {
  readonly messageId: string;
  readonly shopId: ShopId;
  readonly from: string;
  readonly text: string;
  readonly timestamp: string;
}

/** On the streams of a shop, to those of its people who have the module. Each carries all of what it is about. */
export interface ShopEvents {
  order_created: (order: Order) => void;
  order_updated: (order: Order) => void;
  transaction_approved: (transaction: Transaction) => void;
  transaction_failed: (transaction: Transaction) => void;
  chat_message: (message: ChatMessage) => void;
}

export interface OrderWish {
  readonly customer: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
}

export interface ShopCommands {
  'order:create': (wish: OrderWish, ack: (answer: { readonly orderId: string }) => void) => void;
  'order:move': (wish: { readonly orderId: string; readonly status: OrderStatus }, ack: (order: Order) => void) => void;
  /** Tries to take the order's money, again if it was refused before. */
  'order:pay': (wish: { readonly orderId: string }, ack: (transaction: Transaction) => void) => void;
  'chat:send': (wish: { readonly text: string }, ack: (answer: { readonly messageId: string }) => void) => void;
}

/** Newest first, the chat oldest first; `null`: not among the caller's modules. */
export interface ShopState {
  readonly orders: readonly Order[] | null;
  readonly transactions: readonly Transaction[] | null;
  readonly chat: readonly ChatMessage[] | null;
}

/** How many of each are kept at hand. */
export const shopLimit = 50;

/** `GET /api/v1/shop` */
export interface ShopAnswer {
  readonly state: ShopState;
  readonly position: string;
}
