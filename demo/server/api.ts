/** The demo's HTTP routes: sign-in, the state to load, what the server counts, and the faults on demand. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Realtime } from '../../src/server/index.ts';
import { type Fault, faults, isUserId, type ServerCounts, type ServerEvents, type UserId } from '../shared.ts';
import type { Feed } from './feed.ts';
import type { Browser, Lines } from './lines.ts';
import type { Tokens } from './tokens.ts';

const maxBodyBytes = 1_024;
/** Events that a fault gets to act on, whatever the rate; as many again follow, by which a lost one is missed. */
const burstCount = 3;
const burstPauseMs = 60;

export interface ApiDeps {
  readonly tokens: Tokens;
  readonly realtime: Realtime<ServerEvents>;
  readonly lines: Lines;
  readonly feed: Feed;
  readonly resetLog: () => void;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Route = (request: {
  readonly user: UserId;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}) => Promise<Answer>;

const ok = (body: unknown): Answer => ({ status: 200, body });
const refuse = (status: number, message: string): Answer => ({ status, body: { message } });

/** A JSON object of bounded size; anything else is an empty one. */
async function bodyOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return {};
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof body === 'object' && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

export function createApi({ tokens, realtime, lines, feed, resetLog }: ApiDeps) {
  const loadsByUser = new Map<UserId, number>();

  async function inject(kind: Fault, browser: Browser): Promise<void> {
    if (kind === 'cut') return lines.cut(browser);
    if (kind === 'reset') resetLog();
    else lines.tamper(browser, kind);
    await feed.burst(burstCount);
    await wait(burstPauseMs);
    await feed.burst(burstCount);
  }

  async function countsFor(browser: Browser): Promise<ServerCounts> {
    return {
      browser: lines.count(browser),
      all: lines.count(),
      sessions: (await realtime.sessions()).length,
      published: feed.published(),
      replayed: realtime.diagnostics().counters.replayed_events ?? 0,
      loads: loadsByUser.get(browser.userId as UserId) ?? 0,
    };
  }

  const routes: Readonly<Record<string, Route>> = {
    'GET /api/board': async ({ user }) => {
      loadsByUser.set(user, (loadsByUser.get(user) ?? 0) + 1);
      return ok(await feed.board(user));
    },
    'GET /api/server': async ({ user, query }) =>
      ok(await countsFor({ userId: user, client: query.get('client') ?? '' })),
    'POST /api/fault': async ({ user, body: { kind, client } }) => {
      const fault = faults.find((each) => each === kind);
      if (!fault || typeof client !== 'string') return refuse(400, 'A fault has a kind and a client');
      await inject(fault, { userId: user, client });
      return ok({ kind });
    },
  };

  async function answer(path: string, query: URLSearchParams, request: IncomingMessage): Promise<Answer> {
    const name = `${request.method} ${path}`;
    if (name === 'POST /login') {
      const { user } = await bodyOf(request);
      return isUserId(user) ? ok(await tokens.issue(user)) : refuse(400, 'Nobody of that name');
    }
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (!route) return refuse(404, 'No such route');
    const user = await tokens.userOf(request.headers.authorization);
    if (!user) return refuse(401, 'A valid token is required');
    return route({ user, query, body: request.method === 'POST' ? await bodyOf(request) : {} });
  }

  return async (path: string, query: URLSearchParams, request: IncomingMessage, response: ServerResponse) => {
    const { status, body } = await answer(path, query, request).catch((error: unknown) => {
      console.error(`${request.method} ${path} failed`, error);
      return refuse(500, 'The demo failed');
    });
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  };
}
