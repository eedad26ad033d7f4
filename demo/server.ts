/** The demo: one process with a Socket.IO server, its companion, a feed that never ends, and the page. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { attachRealtime, jwt, memoryLog } from '../src/server/index.ts';
import { createApi } from './server/api.ts';
import { handleCommands } from './server/commands.ts';
import { createFeed } from './server/feed.ts';
import { createLines } from './server/lines.ts';
import { buildPages } from './server/pages.ts';
import { createTokens } from './server/tokens.ts';
import type { ClientEvents, ServerEvents } from './shared.ts';

const port = Number(process.env.PORT ?? 3000);
/** This machine only, unless told otherwise: whoever reaches the demo may break it. */
const host = process.env.HOST ?? 'localhost';

const pages = await buildPages();
const tokens = createTokens();
const log = memoryLog({ maxEvents: 50_000 });
const web = createServer();
const io = new Server<ClientEvents, ServerEvents>(web, { serveClient: false });
const realtime = attachRealtime(io, { authenticate: jwt(tokens.settings), log, logger: console });
const lines = createLines(io);
const feed = createFeed(realtime, () => io.engine.clientsCount > 0);
const api = createApi({ tokens, realtime, lines, feed, resetLog: log.reset });
handleCommands(realtime, feed, lines);

web.on('request', (request, response) => {
  // Socket.IO answers its own path.
  if (request.url?.startsWith('/socket.io/')) return;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://demo');
  if (pathname === '/login' || pathname.startsWith('/api/')) {
    void api(pathname, searchParams, request, response);
  } else {
    pages(pathname, request, response);
  }
});

web.on('error', (error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${port} is taken; choose another by PORT.` : error);
  process.exit(1);
});
web.listen(port, host, () => console.log(`OneSocket demo: http://localhost:${(web.address() as AddressInfo).port}`));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    feed.close();
    realtime.close();
    void io.close();
    // A browser that keeps a request open does not keep the process.
    web.closeAllConnections();
  });
}
