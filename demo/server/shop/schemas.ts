/** What may come in by command. */
import * as v from 'valibot';
import { orderStatuses } from '../../shared/shop.ts';

const text = (most: number) => v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(most));
const mostItems = 9;
const orderId = text(32);

export const orderWish = v.object({
  customer: text(60),
  items: v.pipe(
    v.array(
      v.object({
        productId: text(32),
        quantity: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(mostItems)),
      }),
    ),
    v.minLength(1),
    v.maxLength(mostItems),
  ),
});

export const move = v.object({ orderId, status: v.picklist(orderStatuses) });
export const pay = v.object({ orderId });
export const message = v.object({ text: text(300) });
