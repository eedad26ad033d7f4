/** A Socket.IO server that knows nothing of OneSocket. */
import type { Namespace, Server } from 'socket.io';
import type { Publish } from './types.ts';

export function servePlainly(io: Server | Namespace, ran: (id: string, key: string) => void) {
  io.on('connection', (socket) => {
    socket.on('double', (n: number, ack: (result: number) => void) => ack(n * 2));
    socket.on('say', (n: number) => io.emit('tick', { n }));
    socket.on('work', ({ key }: { key: string }, ack: (result: { key: string }) => void) => {
      ran(key, key);
      ack({ key });
    });
    socket.on('silence', () => {});
  });
  return (job: Publish, n: number) => io.emit(job.type, { n });
}
