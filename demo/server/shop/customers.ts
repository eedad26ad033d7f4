/** The shops' customers: made up, they order now and then while somebody looks, and their orders move on. */
import { nextStatuses, type OrderWish, products } from '../../shared/shop.ts';
import { type ShopId, shops } from '../../shared/users.ts';
import type { Random } from '../random.ts';
import { pick } from '../random.ts';
import type { ShopService } from './service.ts';

const names = ['Mia Larsen', 'Omar Said', 'Lena Vogt', 'Paul Roux', 'Sofia Rossi', 'Tariq Aziz', 'Yuki Mori'] as const;
const shopIds = Object.keys(shops) as [ShopId, ...ShopId[]];
/** One of so many turns brings an order; in the others one that is there moves on. */
const orderEvery = 3;

export function makeWish(random: Random, shop: ShopId): OrderWish {
  const [first, ...others] = products[shop];
  if (!first) return { customer: pick(random, names), items: [] };
  const { id } = pick(random, [first, ...others]);
  return { customer: pick(random, names), items: [{ productId: id, quantity: 1 + Math.floor(random() * 3) }] };
}

export async function takeTurn(service: ShopService, random: Random): Promise<void> {
  const shop = pick(random, shopIds);
  const open = service.orders(shop).filter(({ status }) => nextStatuses[status].length > 0);
  const oldest = open.at(-1);
  if (!oldest || Math.floor(random() * orderEvery) === 0) {
    await service.create(shop, makeWish(random, shop));
    return;
  }
  const [next] = nextStatuses[oldest.status];
  if (next) await service.move(shop, oldest.orderId, next);
}
