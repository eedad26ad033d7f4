/** The server of `npm run bench:server`, a process of its own: Socket.IO as it is, or with the companion. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { attachRealtime, memoryLog } from '../../src/server/index.ts';

export type Mode = 'plain' | 'companion';
export type Pattern = 'burst' | 'single';
export type Order =
  /** Emits to all: in one turn of the event loop, or one in each. */
  { readonly do: 'emit'; readonly count: number; readonly pattern: Pattern } | { readonly do: 'report' };
export interface Report {
  /** Processor time of the process since its start. */
  readonly cpuUs: number;
}
export type FromServer =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'done'; readonly id: number; readonly report: Report };
export type ToServer = Order & { readonly id: number };

/** Brings an event to about 200 bytes of JSON. */
const payload = { pad: 'x'.repeat(180) };
const unbounded = { perSecond: 1e9, burst: 1e9 };

function attach(io: Server, mode: Mode): () => unknown {
  if (mode === 'plain') {
    io.on('connection', (socket) => {
      socket.on('echo', (data: unknown, answer: (data: unknown) => void) => answer(data));
    });
    return () => io.emit('event', payload);
  }
  const realtime = attachRealtime(io, {
    authenticate: (token) => ({ userId: String(token) }),
    log: memoryLog({ maxEvents: 50_000 }),
    maxReplay: 50_000,
    // Speed is measured, not refusals.
    limits: { commands: unbounded, userCommands: unbounded, packets: unbounded },
  });
  realtime.onCommand('echo', (data: unknown) => data);
  return () => realtime.broadcastToAll('event', payload);
}

export function serve(mode: Mode): void {
  const http = createServer();
  const io = new Server(http, { transports: ['websocket'], serveClient: false, pingInterval: 120_000 });
  const emit = attach(io, mode);

  async function obey(order: Order): Promise<void> {
    if (order.do === 'report') return;
    for (let n = 0; n < order.count; n += 1) {
      emit();
      if (order.pattern === 'single') await new Promise((resolve) => setImmediate(resolve));
    }
  }

  function tell(message: FromServer): void {
    process.send?.(message);
  }

  process.on('message', ({ id, ...order }: ToServer) => {
    void obey(order).then(() => {
      const { user, system } = process.cpuUsage();
      tell({ type: 'done', id, report: { cpuUs: user + system } });
    });
  });
  process.on('disconnect', () => process.exit());
  http.listen(0, '127.0.0.1', () => tell({ type: 'listening', port: (http.address() as AddressInfo).port }));
}
