/** The server of `npm run bench:server`, a process of its own. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from 'socket.io';
import { until } from '../waits.ts';
import { attach, type Emitters, type Mode } from './attach.ts';

export type Pattern = 'burst' | 'single';
export type Order =
  /** Emits to all: in one turn of the event loop, or one in each. */
  | { readonly do: 'emit'; readonly count: number; readonly pattern: Pattern }
  /** Emits to the room, by the clock; what is overdue goes out in one turn. */
  | { readonly do: 'pace'; readonly count: number; readonly perSecond: number }
  /** Emits to the room, so many at a time, each waited for. */
  | { readonly do: 'append'; readonly count: number; readonly atOnce: number }
  /** Waits until nobody is connected. */
  | { readonly do: 'empty' }
  | { readonly do: 'report' };
export interface Report {
  /** Processor time of the process since its start. */
  readonly cpuUs: number;
  readonly rssKb: number;
  /** In use, after a collection where it was asked for by `report`. */
  readonly heapKb: number;
  /** Since the report before. */
  readonly peakRssKb: number;
  /** Looks at streams that connections share. */
  readonly logReads: number;
}
export type FromServer =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'done'; readonly id: number; readonly report: Report };
export type ToServer = Order & { readonly id: number };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function serve(mode: Mode, redisPort: number): Promise<void> {
  const http = createServer();
  const { io, emitters } = await attach(mode, redisPort);
  io.attach(http);

  function tell(message: FromServer): void {
    process.send?.(message);
  }

  process.on('message', ({ id, ...order }: ToServer) => {
    void obey(order, io, emitters).then(() => tell({ type: 'done', id, report: report(emitters) }));
  });
  process.on('disconnect', () => process.exit());
  const address = { port: 0, host: '127.0.0.1', backlog: 8_192 };
  http.listen(address, () => tell({ type: 'listening', port: (http.address() as AddressInfo).port }));
}

async function obey(order: Order, io: Server, { toAll, toRoom }: Emitters): Promise<void> {
  switch (order.do) {
    case 'emit':
      for (let n = 0; n < order.count; n += 1) {
        toAll();
        if (order.pattern === 'single') await turn();
      }
      break;
    case 'pace':
      await pace(order.count, order.perSecond, toRoom);
      break;
    case 'append':
      await inLanes(order.count, order.atOnce, toRoom);
      break;
    case 'empty':
      await until(60_000, 'nobody is connected', async () => io.engine.clientsCount === 0);
      break;
    default:
      globalThis.gc?.();
  }
}

async function pace(count: number, perSecond: number, emit: () => unknown): Promise<void> {
  const start = performance.now();
  const emitted: unknown[] = [];
  for (let n = 0; n < count; ) {
    const due = Math.min(count, 1 + Math.floor(((performance.now() - start) / 1_000) * perSecond));
    for (; n < due; n += 1) emitted.push(emit());
    const waitMs = start + (n / perSecond) * 1_000 - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)));
  }
  await Promise.all(emitted);
}

async function inLanes(count: number, atOnce: number, emit: () => unknown): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await emit();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

function report({ logReads }: Emitters): Report {
  const { user, system } = process.cpuUsage();
  const status = readFileSync('/proc/self/status', 'utf8');
  const kilobytes = (field: string): number => Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(status)?.[1]);
  const { heapUsed, external } = process.memoryUsage();
  writeFileSync('/proc/self/clear_refs', '5'); // begins the peak anew
  return {
    cpuUs: user + system,
    heapKb: (heapUsed + external) / 1_024,
    rssKb: kilobytes('VmRSS'),
    peakRssKb: kilobytes('VmHWM'),
    logReads: logReads(),
  };
}
