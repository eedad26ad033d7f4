/** The server half under test, with the few commands that the specs use. */
import { createClient } from 'redis';
import type { Namespace, Server } from 'socket.io';
import { redisStores } from '../../src/redis/index.ts';
import { AuthError, type Authenticate, attachRealtime, CommandError, jwt, memoryLog } from '../../src/server/index.ts';
import { jwtSettings } from './settings.ts';
import type { ControlApi, Publish, ServerOptions } from './types.ts';

type RefusalCode = ConstructorParameters<typeof AuthError>[0];

/** The app's own connection; ours are made from it. */
async function openRedis(url: string) {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  // Less patience than by default: that a Redis hangs is known sooner.
  return redisStores(client, { prefix: 'e2e:', timeoutMs: 1_000 });
}

export async function serveCompanion(
  io: Server | Namespace,
  options: ServerOptions,
  ran: (id: string, key: string) => void,
) {
  const { secret, issuer, audience } = jwtSettings;
  const check = jwt({ secret, algorithms: ['HS256'], issuer, audience });
  const refusedByUser = new Map<string, RefusalCode>();
  const authenticate: Authenticate = async (token, context) => {
    const identity = await check(token, context);
    const code = refusedByUser.get(identity.userId);
    if (code) throw new AuthError(code, 'refused by the test');
    return identity;
  };
  const { log: bounds = {}, sessions = 'multi', moduleByType = {}, redisUrl } = options;
  const memory = memoryLog(bounds);
  const stores = redisUrl === undefined ? { log: memory } : await openRedis(redisUrl);
  const channels = { numbers: { filters: ['part'] } };
  const realtime = attachRealtime(io, { authenticate, sessions, channels, moduleByType, ...stores });
  const numbers: number[] = [];
  const held: (() => void)[] = [];

  realtime.onCommand('work', {}, async (data: unknown, { id }) => {
    const { key } = data as { key: string };
    if (key.endsWith(':no')) throw new CommandError('forbidden', 'not this one');
    ran(id, key);
    // Long enough for a fault to fall between effect and answer.
    await new Promise((done) => setTimeout(done, 150));
    return { key };
  });
  realtime.onCommand('held', {}, async (data: unknown, { id }) => {
    const { key } = data as { key: string };
    ran(id, key);
    await new Promise<void>((done) => held.push(done));
    return { key };
  });
  // Ordinary Socket.IO listeners stay usable beside `onCommand`.
  io.on('connection', (socket) => {
    socket.on('double', (n: number, ack: (result: number) => void) => ack(n * 2));
  });

  return {
    publish: async ({ to, type, bytes }: Publish, n: number) => {
      const event = { n, part: n % 100 };
      await realtime.to(to).emit(type, bytes === undefined ? event : { ...event, filler: 'x'.repeat(bytes) });
      numbers.push(n);
    },
    append: async ({ n }: ControlApi['append']['args']) => {
      try {
        await realtime.to({ user: 'u1' }).emit('tick', { n });
        return {};
      } catch (error) {
        return { refused: (error as { readonly code?: string }).code ?? String(error) };
      }
    },
    loseLog: () => memory.reset(),
    release: () => {
      for (const goOn of held.splice(0)) goOn();
    },
    refuse: ({ user, code }: ControlApi['refuse']['args']) => {
      if (code === null) refusedByUser.delete(user);
      else refusedByUser.set(user, code as RefusalCode);
    },
    close: () => realtime.close(),
    list: async (user: string) => ({ position: await realtime.positionOf({ userId: user }), state: [...numbers] }),
  };
}
