/** How events and commands pass through the server: Socket.IO as it is, or the companion. */
import type { Server } from 'socket.io';
import { attachRealtime, memoryLog } from '../src/server/index.ts';
import type { Payload } from './pages/tab.ts';
import { benchUser } from './user.ts';

export interface Feed {
  emit(payload: Payload): Promise<unknown> | undefined;
}

export function createPlainFeed(io: Server): Feed {
  io.on('connection', (socket) => {
    socket.on('echo', (data: unknown, answer: (data: unknown) => void) => answer(data));
  });
  return {
    emit(payload) {
      io.emit('event', payload);
      return undefined;
    },
  };
}

const unbounded = { perSecond: 1_000_000, burst: 1_000_000 };

export function createCompanionFeed(io: Server): Feed {
  const realtime = attachRealtime(io, {
    authenticate: async () => ({ userId: benchUser.id }),
    // Room for a whole burst, and no bound on commands: the bench measures speed, not refusals.
    log: memoryLog({ maxEvents: 20_000 }),
    maxReplay: 20_000,
    limits: { commands: unbounded, userCommands: unbounded, packets: unbounded },
  });
  realtime.onCommand('echo', async (data: unknown) => data);
  return { emit: (payload) => realtime.to('all').emit('event', payload) };
}
