/** What the people of a shop may do in it. */
import { CommandError } from 'onesocket/server';
import { isUserId, type Module, type ShopId, shops, users } from '../../shared/users.ts';
import type { App } from '../app.ts';
import * as schemas from './schemas.ts';
import { ShopError, type ShopService } from './service.ts';

interface Member {
  readonly userId: string;
  readonly shopId?: string;
  readonly modules?: readonly string[];
}

const isShop = (value: unknown): value is ShopId => typeof value === 'string' && Object.hasOwn(shops, value);

/** By the token, never by what the command says. @throws CommandError */
function shopOf({ shopId, modules }: Member, module: Module): ShopId {
  if (!isShop(shopId)) throw new CommandError('forbidden', 'You belong to no shop');
  if (modules && !modules.includes(module)) throw new CommandError('forbidden', `You don't have the module ${module}`);
  return shopId;
}

async function refusing<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof ShopError ? new CommandError(error.code, error.message) : error;
  }
}

export function handleCommands(realtime: App['realtime'], service: ShopService): void {
  realtime.onCommand('order:create', { schema: schemas.orderWish }, async (wish, { session }) => {
    const { orderId } = await refusing(service.create(shopOf(session, 'orders'), wish));
    return { orderId };
  });
  realtime.onCommand('order:move', { schema: schemas.move }, ({ orderId, status }, { session }) =>
    refusing(service.move(shopOf(session, 'orders'), orderId, status)),
  );
  realtime.onCommand('order:pay', { schema: schemas.pay }, ({ orderId }, { session }) =>
    refusing(service.pay(shopOf(session, 'transactions'), orderId)),
  );
  realtime.onCommand('chat:send', { schema: schemas.message }, async ({ text }, { session }) => {
    const { userId } = session;
    const name = isUserId(userId) ? users[userId].name : userId;
    const { messageId } = await service.say(shopOf(session, 'chat'), name, text);
    return { messageId };
  });
}
