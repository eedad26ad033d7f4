/** Express: one port for routes and sockets; a route's change reaches the open tabs. */
import { createServer, type Server as HttpServer } from 'node:http';
import express from 'express';
import { Server } from 'socket.io';
import { type AuthContext, attachRealtime, healthHandler, type Realtime } from '../src/server/index.ts';
import { type ServerEvents, toAuthenticate } from './events.ts';

interface App {
  readonly http: HttpServer;
  readonly realtime: Realtime<ServerEvents>;
  close(): Promise<void>;
}

export function createApp(secret: string): App {
  const app = express();
  const http = createServer(app);
  const io = new Server<Record<string, never>, ServerEvents>(http, { serveClient: false });
  const authenticate = toAuthenticate(secret);
  const realtime = attachRealtime(io, { authenticate, logger: console });
  const context = (): AuthContext => ({ auth: {}, now: Date.now() });
  let orders = 0;

  app.get('/health', healthHandler(realtime));
  // The same tokens for routes and sockets.
  app.use('/api', async (request, response, next) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '');
    try {
      response.locals.identity = await authenticate(token, context());
      next();
    } catch {
      response.sendStatus(401);
    }
  });
  app.post('/api/orders', async (_request, response) => {
    orders += 1;
    const order = { id: orders };
    await realtime.sendToUser(response.locals.identity.userId, 'order_created', order);
    response.status(201).json(order);
  });

  return {
    http,
    realtime,
    async close() {
      await realtime.close();
      await io.close();
    },
  };
}
