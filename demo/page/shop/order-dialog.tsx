import { useCommand } from 'onesocket/react';
import { type FormEvent, useState } from 'react';
import { products } from '../../shared/shop.ts';
import type { ShopId } from '../../shared/users.ts';
import { socket } from '../socket.ts';
import { Field, Notice } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { money } from './money.ts';

const most = 9;

export function OrderDialog({ shopId, onClose }: { readonly shopId: ShopId; readonly onClose: () => void }) {
  const [first] = products[shopId];
  const [productId, setProductId] = useState(first?.id ?? '');
  const [quantity, setQuantity] = useState(1);
  const [customer, setCustomer] = useState('Walk-in customer');
  const create = useCommand(socket, 'order:create');
  const price = products[shopId].find(({ id }) => id === productId)?.price ?? 0;

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    await create.run({ customer, items: [{ productId, quantity }] }).then(onClose, () => {});
  }

  return (
    <Dialog title="New order" onClose={onClose}>
      <form className="order-form" onSubmit={(event) => void submit(event)}>
        <Field label="Product">
          {(control) => (
            <select {...control} value={productId} onChange={(event) => setProductId(event.target.value)}>
              {products[shopId].map(({ id, name, price: each }) => (
                <option key={id} value={id}>{`${name}, ${money(each)}`}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Quantity">
          {(control) => (
            <input
              {...control}
              type="number"
              min={1}
              max={most}
              required
              value={quantity}
              onChange={(event) => setQuantity(event.target.valueAsNumber || 1)}
            />
          )}
        </Field>
        <Field label="Customer">
          {(control) => (
            <input
              {...control}
              required
              maxLength={60}
              value={customer}
              onChange={(event) => setCustomer(event.target.value)}
            />
          )}
        </Field>
        {create.error && <Notice tone="bad">Not placed: {create.error.message}</Notice>}
        <footer className="dialog-actions">
          <p className="order-total">
            Total <b>{money(price * quantity)}</b>
          </p>
          <Button type="submit" look="primary" busy={create.pending} data-testid="place-order">
            Place the order
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
