/**
 * One node of an app behind a load balancer, as a process of its own: Socket.IO, the companion, Redis.
 * Arguments: the port of Redis, how long Redis may take to answer. Told by messages what to emit.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { attachRealtime } from '../server/index.ts';
import { redisStores } from './index.ts';

/** `answer` is the number of the order. */
export interface Order {
  readonly order: number;
  readonly do: 'emit' | 'join' | 'leave' | 'sessions' | 'connected';
  readonly user?: string;
  readonly room?: string;
  readonly payload?: unknown;
}

const [, , redisPort, timeoutMs] = process.argv;
const client = createClient({ socket: { host: '127.0.0.1', port: Number(redisPort) } });
client.on('error', () => {});
await client.connect();
const http = createServer();
const io = new Server(http);
const realtime = attachRealtime(io, {
  authenticate: (token) => ({ userId: String(token) }),
  leaseMs: 2_000,
  logger: process.env.NODE_LOG ? console : (undefined as never),
  ...redisStores(client, { prefix: 'nodes:', timeoutMs: Number(timeoutMs) }),
});
// What the command changes outlives the node: it counts how often each id ran.
realtime.onCommand('add', async (_, { id }) => Number(await client.hIncrBy('runs', id, 1)));

async function obey({ do: what, user = '', room = '', payload }: Order): Promise<unknown> {
  switch (what) {
    case 'emit':
      return room ? realtime.to({ room }).emit('tick', payload) : realtime.to({ user }).emit('tick', payload);
    case 'join':
      return realtime.joinRoom(user, room);
    case 'leave':
      return realtime.leaveRoom(user, room);
    case 'sessions':
      return (await realtime.sessions()).length;
    case 'connected':
      return realtime.isUserConnected(user);
    default:
      return what satisfies never;
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    (result) => process.send?.({ order: order.order, result }),
    (error: { code?: string; message: string }) =>
      process.send?.({ order: order.order, code: error.code ?? error.message }),
  );
});
process.on('disconnect', () => process.exit());
http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
