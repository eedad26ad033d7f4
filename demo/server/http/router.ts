/** The demo's HTTP routes: methods and paths with `:parameters`, JSON both ways, a bearer token by default. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PartLogger } from '../logbook.ts';
import type { Caller, Tokens } from '../tokens.ts';
import { type Body, readBody } from './body.ts';
import { HttpError } from './error.ts';

export interface OpenRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Body;
}
export interface ApiRequest extends OpenRequest {
  readonly caller: Caller;
}

/** What `handle` returns is sent as 200; `HttpError` refuses. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Such as `/api/v1/notifications/:id/read`. */
  readonly path: string;
  readonly handle: (request: ApiRequest) => unknown;
}
/** For strangers: the sign-in. */
export interface OpenRoute extends Pick<Route, 'method' | 'path'> {
  readonly open: true;
  readonly handle: (request: OpenRequest) => unknown;
}
type AnyRoute = Route | OpenRoute;

interface RouterDeps {
  readonly routes: readonly AnyRoute[];
  readonly tokens: Tokens;
  readonly logger: PartLogger;
}

/** The parameters, or `null` for another path. */
function match(pattern: string, path: string): OpenRequest['params'] | null {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  if (wanted.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [i, name] of wanted.entries()) {
    const part = parts[i] ?? '';
    if (name.startsWith(':') && part !== '') params[name.slice(1)] = part;
    else if (name !== part) return null;
  }
  return params;
}

const parametersOf = ({ path }: AnyRoute) => path.split(':').length;

export function createRouter({ routes, tokens, logger }: RouterDeps) {
  // A path that is written out wins over one with parameters.
  const inOrder = [...routes].sort((a, b) => parametersOf(a) - parametersOf(b));

  function find(method: string | undefined, path: string) {
    const found = inOrder.flatMap((route) => {
      const params = match(route.path, path);
      return params ? [{ route, params }] : [];
    });
    const chosen = found.find(({ route }) => route.method === method);
    if (!chosen)
      throw found.length > 0 ? new HttpError(405, 'Not by this method') : new HttpError(404, 'No such route');
    return chosen;
  }

  async function run(request: IncomingMessage, { pathname, searchParams: query }: URL): Promise<unknown> {
    const { route, params } = find(request.method, pathname);
    if ('open' in route) return route.handle({ params, query, body: await readBody(request) });
    const caller = await tokens.callerOf(request.headers.authorization);
    if (!caller) throw new HttpError(401, 'A valid token is required');
    return route.handle({ params, query, body: await readBody(request), caller });
  }

  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const { status, body } = await run(request, url).then(
      (result) => ({ status: 200, body: result ?? {} }),
      (error: unknown) => {
        if (error instanceof HttpError) return { status: error.status, body: { message: error.message } };
        logger.error(`${request.method} ${url.pathname} failed`, error);
        return { status: 500, body: { message: 'The demo failed' } };
      },
    );
    const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...challenge });
    response.end(JSON.stringify(body));
  };
}
