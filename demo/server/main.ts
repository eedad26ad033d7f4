/** The demo: one process with a Socket.IO server, its companion, the features on it, and the page. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { attachRealtime } from 'onesocket/server';
import { Server } from 'socket.io';
import type { ClientEvents, ServerEvents } from '../shared/events.ts';
import { isUserId } from '../shared/users.ts';
import type { App } from './app.ts';
import { openDatabase } from './database.ts';
import { definitions } from './features.ts';
import { HttpError } from './http/error.ts';
import { createRouter, type OpenRoute } from './http/router.ts';
import { createLogbook } from './logbook.ts';
import { createNodes } from './nodes.ts';
import { createOutages } from './outages.ts';
import { buildPages } from './pages.ts';
import { settings } from './settings.ts';
import { openStores } from './stores.ts';
import { createTokens } from './tokens.ts';

const logbook = createLogbook({ capacity: settings.logBufferSize });
const logger = logbook.of('demo', settings.node);
const pages = await buildPages();
const tokens = createTokens({ secret: settings.secret, lifeMs: settings.tokenLifeMs });
const stores = await openStores(settings, logbook.of('redis', settings.node));
const db = openDatabase(settings.database);
const nodes = createNodes(db, settings.node);

const web = createServer();
const io = new Server<ClientEvents, ServerEvents>(web, { serveClient: false, path: settings.io.path });
const outages = createOutages(db);
outages.guard(io);
const realtime = attachRealtime(io, {
  authenticate: tokens.authenticate,
  ...stores.options,
  ...(settings.attach.origins && { origins: settings.attach.origins }),
  moduleByType: Object.assign({}, ...definitions.map(({ moduleByType }) => moduleByType)),
  channels: Object.assign({}, ...definitions.map(({ channels }) => channels)),
  logger: logbook.of('realtime', settings.node),
});

const app: App = { settings, io, realtime, db, stores, nodes, outages, logbook };
const features = definitions.map((definition) => definition.create(app));

const login: OpenRoute = {
  method: 'POST',
  path: '/login',
  open: true,
  handle({ body: { user } }) {
    if (!isUserId(user)) throw new HttpError(400, 'Nobody of that name');
    return tokens.issue(user);
  },
};
const api = createRouter({
  routes: [login, ...features.flatMap(({ routes }) => routes)],
  tokens,
  logger: logbook.of('http', settings.node),
});

web.on('request', (request, response) => {
  const url = new URL(request.url ?? '/', 'http://demo');
  // Socket.IO answers its own path.
  if (url.pathname.startsWith(io.path())) return;
  if (url.pathname === '/login' || url.pathname.startsWith('/api/')) void api(request, response, url);
  else pages(url.pathname, request, response);
});

web.on('error', (error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${settings.port} is taken; choose another by PORT.` : error);
  process.exit(1);
});
nodes.start();
for (const feature of features) feature.start();
web.listen(settings.port, settings.host, () => {
  console.log(`OneSocket demo: http://localhost:${(web.address() as AddressInfo).port}`);
  logger.info(`${settings.node} is up, on ${stores.kind}`);
});

async function stop(): Promise<void> {
  for (const feature of features) await feature.stop();
  nodes.stop();
  const released = realtime.close();
  const closed = io.close();
  // A browser that keeps a request open does not keep the process.
  web.closeAllConnections();
  await closed;
  await released;
  stores.close();
  db.close();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
