/** The shared state that the recipes show: orders, as a server sends them. */
import type { OneSocket, SharedState } from '../../src/index.ts';

export interface Order {
  readonly id: number;
  readonly paid: boolean;
}
export interface OrderEvents {
  order_created: (order: Order) => void;
  order_paid: (order: { readonly id: number }) => void;
}
/** What `GET /orders` of the app's server answers: the position first, then the data. */
export type FetchOrders = () => Promise<{ readonly state: readonly Order[]; readonly position: string }>;

export function createOrders(socket: OneSocket<OrderEvents>, load: FetchOrders): SharedState<readonly Order[]> {
  return socket.state<readonly Order[]>({
    name: 'orders',
    load,
    on: {
      order_created: (list, order) => [...list, order],
      order_paid: (list, { id }) => list.map((order) => (order.id === id ? { ...order, paid: true } : order)),
    },
  });
}
