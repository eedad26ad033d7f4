/** The server half under test, with the few commands that the specs use. */
import type { Server } from 'socket.io';
import { attachRealtime, CommandError, jwt, memoryLog } from '../../src/server/index.ts';
import { jwtSettings } from './settings.ts';
import type { Publish, ServerOptions } from './types.ts';

export function serveCompanion(io: Server, options: ServerOptions, ran: (id: string, key: string) => void) {
  const { secret, issuer, audience } = jwtSettings;
  const realtime = attachRealtime(io, {
    authenticate: jwt({ secret, algorithms: ['HS256'], issuer, audience }),
    log: memoryLog(options.log ?? {}),
  });
  const numbers: number[] = [];

  realtime.onCommand('work', {}, async (data: unknown, { id }) => {
    const { key } = data as { key: string };
    if (key.endsWith(':no')) throw new CommandError('forbidden', 'not this one');
    ran(id, key);
    // Long enough for a fault to fall between effect and answer.
    await new Promise((done) => setTimeout(done, 150));
    return { key };
  });
  // Ordinary Socket.IO listeners stay usable beside `onCommand`.
  io.on('connection', (socket) => {
    socket.on('double', (n: number, ack: (result: number) => void) => ack(n * 2));
  });

  return {
    publish: async ({ to, type }: Publish, n: number) => {
      await realtime.to(to).emit(type, { n });
      numbers.push(n);
    },
    list: async (user: string) => ({ position: await realtime.positionOf({ userId: user }), state: [...numbers] }),
  };
}
