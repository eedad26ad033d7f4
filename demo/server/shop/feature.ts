/** The shops: orders, payments and chat, each to the people of its shop who have the module. */
import { type ShopId, shops, users } from '../../shared/users.ts';
import type { FeatureDefinition } from '../app.ts';
import { HttpError } from '../http/error.ts';
import type { Route } from '../http/router.ts';
import { createRandom } from '../random.ts';
import { handleCommands } from './commands.ts';
import { makeWish, takeTurn } from './customers.ts';
import { createShopRepository } from './repository.ts';
import { createShopService } from './service.ts';

/** How often something happens in one of the shops, at the demo's ordinary pace. */
const turnEveryMs = 6_000;
/** What the shops begin with. */
const firstOrders = 4;

export const shop: FeatureDefinition = {
  name: 'shop',
  moduleByType: {
    order_created: 'orders',
    order_updated: 'orders',
    transaction_approved: 'transactions',
    transaction_failed: 'transactions',
    chat_message: 'chat',
  },
  create(app) {
    const repository = createShopRepository(app.db);
    const service = createShopService(app, repository);
    handleCommands(app.realtime, service);
    const logger = app.logbook.of('shop');
    const random = createRandom(app.settings.seed);
    let timer: NodeJS.Timeout | undefined;

    async function open(): Promise<void> {
      for (const id of Object.keys(shops) as ShopId[]) {
        for (let i = 0; i < firstOrders; i += 1) await service.create(id, makeWish(random, id));
        await service.say(id, 'The shop', `Welcome to ${shops[id]}. Only its people read this.`);
      }
    }

    async function turn(): Promise<void> {
      if (app.nodes.isOnDuty() && (await app.realtime.connectedUserCount()) > 0) await takeTurn(service, random);
    }

    const routes: readonly Route[] = [
      {
        method: 'GET',
        path: '/api/v1/shop',
        handle({ caller }) {
          const { shopId } = users[caller.userId];
          if (!shopId) throw new HttpError(403, 'You belong to no shop');
          return service.overview(caller, shopId);
        },
      },
    ];

    return {
      routes,
      start() {
        const stumbled = (error: unknown) => logger.warn('The customers stumbled', error);
        if (app.nodes.isOnDuty() && repository.isNew()) open().catch(stumbled);
        const { pace } = app.settings;
        if (pace > 0) timer = setInterval(() => void turn().catch(stumbled), turnEveryMs / pace);
      },
      stop: () => clearInterval(timer),
    };
  },
};
