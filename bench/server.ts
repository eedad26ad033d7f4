/** The bench's server, a process of its own: Socket.IO, plain or with the companion, and the pages. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Server } from 'socket.io';
import { createCompanionFeed, createPlainFeed } from './feed.ts';
import { watchConnections } from './marks.ts';
import type { Payload } from './pages/tab.ts';
import type { FromServer, ServerMode, ServerOrder, ServerReport, ToServer } from './protocol.ts';

const [mode = 'plain', pagesFolder = '.'] = process.argv.slice(2) as [ServerMode?, string?];
/** Brings an event to about 200 bytes of JSON. */
const pad = 'x'.repeat(180);

const http = createServer(serve);
const io = new Server(http, { transports: ['websocket'], serveClient: false });
const marks = watchConnections(io);
const feed = mode === 'companion' ? createCompanionFeed(io) : createPlainFeed(io);
let last = 0;
let startedAt = 0;
let ticker: NodeJS.Timeout | undefined;

function serve({ url = '/' }: IncomingMessage, response: ServerResponse): void {
  const name = path.basename(url);
  const isScript = name.endsWith('.js');
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  if (isScript) response.end(readFileSync(path.join(pagesFolder, name)));
  else
    response.end(
      `<!doctype html><title>${name}</title>${name === 'blank' ? '' : `<script src="/${name}.js"></script>`}`,
    );
}
function emitNext(): Promise<unknown> | undefined {
  last += 1;
  const payload: Payload = { n: last, pad };
  return feed.emit(payload);
}
/** Keeps the rate when a tick comes late. */
function stream(everyMs: number): void {
  clearInterval(ticker);
  if (everyMs === 0) return;
  const start = performance.now();
  let emitted = 0;
  ticker = setInterval(() => {
    for (; emitted * everyMs < performance.now() - start; emitted += 1) emitNext();
  }, everyMs);
}
async function obey(order: ServerOrder): Promise<void> {
  if (order.do === 'stream') stream(order.everyMs);
  if (order.do !== 'burst') return;
  startedAt = Date.now();
  const emits: (Promise<unknown> | undefined)[] = [];
  for (let count = 0; count < order.count; count += 1) emits.push(emitNext());
  await Promise.all(emits);
}
function report(): ServerReport {
  const { user, system } = process.cpuUsage();
  return { last, startedAt, cpuUs: user + system, connections: marks, openConnections: io.engine.clientsCount };
}
function tell(message: FromServer): void {
  process.send?.(message);
}

process.on('message', ({ id, ...order }: ToServer) => {
  obey(order).then(
    () => tell({ type: 'done', id, report: report() }),
    (error: Error) => tell({ type: 'failed', id, message: error.message }),
  );
});
// The bench ended or was killed. A CPU profile, if one was asked for, is written by an orderly exit only.
process.on('disconnect', () => process.exit());
http.listen(0, '127.0.0.1', () => tell({ type: 'listening', port: (http.address() as AddressInfo).port }));
