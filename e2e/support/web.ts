/**
 * The app's own web server: the page, tokens, and the reports of pages that ended. It lives in the
 * test process, so that it stays when the server under test is killed or cut off.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TabRecord } from '../page/types.ts';
import { mintToken } from './tokens.ts';

/** Prerenders a page of this origin, and goes there when the server says so: by itself, without a driver. */
const beforeHtml = (src: string) =>
  `<!doctype html><meta charset=utf-8><title>before</title>
<script type=speculationrules>${JSON.stringify({ prerender: [{ urls: [src], eagerness: 'immediate' }] })}</script>
<script>fetch('/shown').then(() => { location.href = ${JSON.stringify(src)}; });</script>`;

export interface Web {
  readonly origin: string;
  /** Records of page lives that ended, as their `pagehide` sent them. */
  readonly reports: readonly TabRecord[];
  /** What `/list` answers: the data of the page's shared state. */
  serveList(list: () => Promise<unknown>): void;
  /** Another build of the page's script, for tabs that name it. */
  serveBuild(name: string, script: string): void;
  readonly listsServed: number;
  readonly tokensServed: number;
  /** Page `/before` goes where it prerendered. */
  show(): void;
  close(): Promise<void>;
}

const pageHtml = (script: string) =>
  `<!doctype html><meta charset=utf-8><title>tab</title><script type=module src="${script}"></script>`;
const quoted = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
/** Any page in a frame; `sandbox` absent: an ordinary frame. */
const frameHtml = (src: string, sandbox: string | null) =>
  `<!doctype html><meta charset=utf-8><title>frame</title><iframe src="${quoted(src)}"${sandbox === null ? '' : ` sandbox="${quoted(sandbox)}"`}></iframe>`;
const blankHtml = '<!doctype html><meta charset=utf-8><title>elsewhere</title>';

export async function startWeb(script: string): Promise<Web> {
  const reports: TabRecord[] = [];
  let list: () => Promise<unknown> = async () => ({ state: [], position: '' });
  let listsServed = 0;
  let tokensServed = 0;
  let show = () => {};
  const shown = new Promise<void>((done) => {
    show = done;
  });
  const builds = new Map([['', script]]);

  async function answer(url: URL, request: IncomingMessage): Promise<[type: string, body: string]> {
    switch (url.pathname) {
      case '/main.js':
        return ['text/javascript', builds.get(url.searchParams.get('build') ?? '') ?? ''];
      case '/token':
        tokensServed += 1;
        await new Promise((done) => setTimeout(done, Number(url.searchParams.get('after') ?? '0')));
        return [
          'text/plain',
          await mintToken(
            url.searchParams.get('user') ?? '',
            Number(url.searchParams.get('ttl') ?? '3600'),
            url.searchParams.get('modules')?.split(',').filter(Boolean),
          ),
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
        return ['text/html', pageHtml(`/main.js?build=${encodeURIComponent(url.searchParams.get('build') ?? '')}`)];
      case '/shown':
        await shown;
        return ['text/plain', ''];
      case '/before':
        return ['text/html', beforeHtml(url.searchParams.get('src') ?? '')];
      case '/frame':
        return ['text/html', frameHtml(url.searchParams.get('src') ?? '', url.searchParams.get('sandbox'))];
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
    // A sandboxed frame is of no origin: its own script and token come from another one.
    const headers = { 'content-type': type, 'cache-control': caching, 'access-control-allow-origin': '*' };
    response.writeHead(200, headers).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reports,
    serveList: (next) => {
      list = next;
    },
    serveBuild: (name, text) => {
      builds.set(name, text);
    },
    get listsServed() {
      return listsServed;
    },
    get tokensServed() {
      return tokensServed;
    },
    show,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
