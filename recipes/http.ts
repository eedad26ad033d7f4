/** Node's own http server: Socket.IO, the companion, `/health` and `/metrics`. */
import { createServer, type Server as HttpServer } from 'node:http';
import { Registry } from 'prom-client';
import { Server } from 'socket.io';
import { prometheus } from '../src/metrics/index.ts';
import { attachRealtime, healthHandler, type Realtime } from '../src/server/index.ts';
import { type ServerEvents, toAuthenticate } from './events.ts';

interface App {
  readonly http: HttpServer;
  readonly realtime: Realtime<ServerEvents>;
  close(): Promise<void>;
}

export function createApp(secret: string): App {
  const http = createServer();
  const io = new Server<Record<string, never>, ServerEvents>(http, { serveClient: false });
  const realtime = attachRealtime(io, { authenticate: toAuthenticate(secret), logger: console });
  const register = new Registry();
  const metrics = prometheus(realtime, { register });
  const health = healthHandler(realtime);

  http.on('request', (request, response) => {
    // Socket.IO answers its own path.
    if (request.url?.startsWith(io.path())) return;
    if (request.url === '/health') void health(request, response);
    else if (request.url === '/metrics') void metrics.handler(request, response);
    else response.writeHead(404).end();
  });

  return {
    http,
    realtime,
    async close() {
      metrics.close();
      await realtime.close();
      // Closes the http server too.
      await io.close();
    },
  };
}
