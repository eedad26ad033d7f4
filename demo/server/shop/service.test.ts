import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { createStage, type Stage } from '../stage.fixture.ts';
import { takeTurn } from './customers.ts';
import { createShopRepository } from './repository.ts';
import { createShopService, type ShopService } from './service.ts';

let stage: Stage;
let service: ShopService;
beforeEach(() => {
  stage = createStage();
  service = createShopService(stage, createShopRepository(stage.db));
});
afterEach(() => stage.close());

const cheap = { customer: 'Mia', items: [{ productId: 'novel', quantity: 2 }] };
const dear = { customer: 'Omar', items: [{ productId: 'atlas', quantity: 3 }] };
const told = () => stage.told.map(({ stream, type }) => `${stream} ${type}`);

describe('an order', () => {
  test('is stored and paid, and told to its shop', async () => {
    const order = await service.create('north', cheap);
    expect(order).toMatchObject({ shopId: 'north', total: 3_700, status: 'placed' });
    expect(told()).toEqual(['shop:north order_created', 'shop:north transaction_approved']);
    expect(service.orders('north')).toEqual([order]);
    expect(service.orders('south')).toEqual([]);
  });

  test('above the limit of the card is not paid, again neither', async () => {
    const { orderId } = await service.create('north', dear);
    expect(stage.told.at(-1)).toMatchObject({ type: 'transaction_failed', payload: { orderId, amount: 26_700 } });
    expect(await service.pay('north', orderId)).toMatchObject({ status: 'failed', orderId });
  });

  test('is paid once', async () => {
    const { orderId } = await service.create('north', cheap);
    await expect(service.pay('north', orderId)).rejects.toMatchObject({ code: 'not_possible' });
  });

  test('goes from step to step only', async () => {
    const { orderId } = await service.create('north', cheap);
    expect(await service.move('north', orderId, 'packed')).toMatchObject({ status: 'packed' });
    expect(stage.told.at(-1)).toMatchObject({ stream: 'shop:north', type: 'order_updated' });
    await expect(service.move('north', orderId, 'delivered')).rejects.toMatchObject({ code: 'not_possible' });
  });

  test('of another shop is not there', async () => {
    const { orderId } = await service.create('north', cheap);
    await expect(service.move('south', orderId, 'packed')).rejects.toMatchObject({ code: 'not_found' });
    await expect(service.create('south', cheap)).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('what one loads is of the shop and the modules', async () => {
  await service.create('north', cheap);
  await service.say('north', 'Ada', 'Hello');
  const { state } = await service.overview({ userId: 'grace', shopId: 'north', modules: ['orders', 'chat'] }, 'north');
  expect(state).toMatchObject({ orders: [{ customer: 'Mia' }], transactions: null, chat: [{ text: 'Hello' }] });
  const south = await service.overview(
    { userId: 'alan', shopId: 'south', modules: ['orders', 'transactions'] },
    'south',
  );
  expect(south.state).toEqual({ orders: [], transactions: [], chat: null });
});

test('customers order, and their orders move on', async () => {
  const random = createRandom(3);
  for (let i = 0; i < 40; i += 1) await takeTurn(service, random);
  const types = new Set(stage.told.map(({ type }) => type));
  expect([...types].sort()).toEqual(['order_created', 'order_updated', 'transaction_approved', 'transaction_failed']);
});
