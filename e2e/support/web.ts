/**
 * The app's own web server: the page, tokens, and the reports of pages that ended. It lives in the
 * test process, so that it stays when the server under test is killed or cut off.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TabRecord } from '../page/types.ts';
import { mintToken } from './tokens.ts';

export interface Web {
  readonly origin: string;
  /** Records of page lives that ended, as their `pagehide` sent them. */
  readonly reports: readonly TabRecord[];
  /** What `/list` answers: the data of the page's shared state. */
  serveList(list: () => Promise<unknown>): void;
  readonly listsServed: number;
  close(): Promise<void>;
}

const pageHtml = '<!doctype html><meta charset=utf-8><title>tab</title><script type=module src=/main.js></script>';
const blankHtml = '<!doctype html><meta charset=utf-8><title>elsewhere</title>';

export async function startWeb(script: string): Promise<Web> {
  const reports: TabRecord[] = [];
  let list: () => Promise<unknown> = async () => ({ state: [], position: '' });
  let listsServed = 0;

  async function answer(url: URL, request: IncomingMessage): Promise<[type: string, body: string]> {
    switch (url.pathname) {
      case '/main.js':
        return ['text/javascript', script];
      case '/token':
        return [
          'text/plain',
          await mintToken(url.searchParams.get('user') ?? '', Number(url.searchParams.get('ttl') ?? '3600')),
        ];
      case '/list':
        listsServed += 1;
        return ['application/json', JSON.stringify(await list())];
      case '/report': {
        let text = '';
        for await (const chunk of request) text += String(chunk);
        reports.push(JSON.parse(text) as TabRecord);
        return ['text/plain', ''];
      }
      case '/wait':
        // A synchronous request for this blocks the page's main thread without burning a core.
        await new Promise((done) => setTimeout(done, Number(url.searchParams.get('ms'))));
        return ['text/plain', ''];
      case '/':
        return ['text/html', pageHtml];
      default:
        return ['text/html', blankHtml];
    }
  }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://web');
    // Its data come from the server under test, which may be down.
    const [type, body] = await answer(url, request).catch(() => []);
    if (!type) return response.writeHead(503).end();
    // Tokens and lists are never cached; a page with `no-store` would be kept out of the back/forward cache.
    const caching = type.startsWith('text/html') ? 'no-cache' : 'no-store';
    response.writeHead(200, { 'content-type': type, 'cache-control': caching }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reports,
    serveList: (next) => {
      list = next;
    },
    get listsServed() {
      return listsServed;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
