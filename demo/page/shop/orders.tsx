import { useCommand } from 'onesocket/react';
import { nextStatuses, type Order, type OrderStatus } from '../../shared/shop.ts';
import { time } from '../format.ts';
import { socket } from '../socket.ts';
import { Badge, Empty, Notice, Table, type Tone } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { money } from './money.ts';

const tones: Readonly<Record<OrderStatus, Tone>> = {
  placed: 'accent',
  packed: 'warn',
  sent: 'warn',
  delivered: 'good',
  cancelled: 'plain',
};
const actionWords: Readonly<Record<OrderStatus, string>> = {
  placed: 'Place',
  packed: 'Pack',
  sent: 'Send',
  delivered: 'Deliver',
  cancelled: 'Cancel',
};

const itemsOf = ({ items }: Order) => items.map(({ quantity, name }) => `${quantity} × ${name}`).join(', ');

function Row({ order, onMove, online }: { order: Order; onMove: (status: OrderStatus) => void; online: boolean }) {
  const { orderId, status, customer, total, createdAt } = order;
  return (
    <tr data-testid="order" data-order={orderId} data-status={status}>
      <td>
        <span className="order-id">{orderId}</span>
        <span className="hint">{time(Date.parse(createdAt))}</span>
      </td>
      <td>
        <span className="order-items">{itemsOf(order)}</span>
        <span className="hint">{customer}</span>
      </td>
      <td className="num">{money(total)}</td>
      <td>
        <Badge tone={tones[status]}>{status}</Badge>
      </td>
      <td className="order-actions">
        {nextStatuses[status].map((next) => (
          <Button
            key={next}
            size="small"
            look={next === 'cancelled' ? 'quiet' : 'plain'}
            disabled={!online}
            data-testid={`move-${next}`}
            aria-label={`${actionWords[next]}: ${orderId}`}
            onClick={() => onMove(next)}
          >
            {actionWords[next]}
          </Button>
        ))}
      </td>
    </tr>
  );
}

export function Orders({ orders, online }: { readonly orders: readonly Order[] | null; readonly online: boolean }) {
  const move = useCommand(socket, 'order:move');
  return (
    <Card title="Orders" aside={orders && <Badge>{orders.length}</Badge>} testId="orders" className="orders">
      {move.error && <Notice tone="bad">That did not work: {move.error.message}</Notice>}
      {orders === null && <NotYours module="orders" />}
      {orders?.length === 0 && (
        <Empty icon="shop" title="No orders yet">
          Place one, or wait for a customer.
        </Empty>
      )}
      {orders && orders.length > 0 && (
        <Table caption="Orders of this shop, the newest first" className="orders-table">
          <thead>
            <tr>
              <th>Order</th>
              <th>Items</th>
              <th className="num">Total</th>
              <th>Status</th>
              <th>
                <span className="visually-hidden">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {orders.map((order) => (
              <Row
                key={order.orderId}
                {...{ order, online }}
                onMove={(status) => void move.run({ orderId: order.orderId, status }).catch(() => {})}
              />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}

/** The server sends nothing of it to this user. */
export function NotYours({ module }: { readonly module: string }) {
  return (
    <Empty icon="info" title={`You don’t have the module “${module}”`}>
      The server sends you nothing of it. Sign in as somebody who has it to see the difference.
    </Empty>
  );
}
