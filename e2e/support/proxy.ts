/**
 * A TCP proxy between the pages' socket and the server, so that a network can fail without
 * either end knowing why. Only the socket goes through it: pages and reports have their own way.
 */
import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';

/**
 * - `open`: forwards
 * - `cut`: every connection is reset, new ones are reset too
 * - `stalled`: nothing is forwarded and nothing is closed; the bytes wait, as in a dead radio link
 */
type Mode = 'open' | 'cut' | 'stalled';

export interface TcpProxy {
  readonly port: number;
  /** When each connection was tried, by the clock of this process. */
  readonly attempts: readonly number[];
  /** Connections open at the pages' side. */
  open(): number;
  cut(): void;
  stall(): void;
  /** Forwards again, first what waited. */
  restore(): void;
  /** Adds this to the way of each chunk, both ways; keeps their order. */
  delay(ms: number): void;
  close(): Promise<void>;
}

interface Pair {
  readonly ends: readonly [Socket, Socket];
}

export async function startProxy(target: () => number): Promise<TcpProxy> {
  const attempts: number[] = [];
  const pairs = new Set<Pair>();
  let mode: Mode = 'open';
  let delayMs = 0;

  const forward = (from: Socket, to: Socket) => {
    const later = (run: () => void) => (delayMs > 0 ? setTimeout(run, delayMs) : run());
    from.on('data', (chunk) => later(() => to.writable && to.write(chunk)));
    // The other end learns of a close only while the line works: that is what makes a half-open one.
    from.on('close', () => mode !== 'stalled' && later(() => to.end()));
    from.on('error', () => from.destroy());
  };
  const setFlow = (pair: Pair) => {
    for (const end of pair.ends) mode === 'stalled' ? end.pause() : end.resume();
  };

  const server: Server = createServer((near) => {
    attempts.push(performance.now());
    near.on('error', () => near.destroy());
    if (mode === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = tcpConnect({ port: target(), host: '127.0.0.1' });
    for (const end of [near, far]) end.setNoDelay(true);
    const pair: Pair = { ends: [near, far] };
    pairs.add(pair);
    forward(near, far);
    forward(far, near);
    setFlow(pair);
  });
  const restore = () => {
    mode = 'open';
    for (const pair of pairs) {
      const [near, far] = pair.ends;
      if (near.destroyed || far.destroyed) {
        near.destroy();
        far.destroy();
        pairs.delete(pair);
      } else setFlow(pair);
    }
  };
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  return {
    port: address.port,
    attempts,
    open: () => [...pairs].filter(({ ends }) => !ends[0].destroyed).length,
    cut() {
      mode = 'cut';
      for (const pair of pairs) for (const end of pair.ends) end.resetAndDestroy();
      pairs.clear();
    },
    stall() {
      mode = 'stalled';
      for (const pair of pairs) setFlow(pair);
    },
    restore,
    delay(ms) {
      delayMs = ms;
    },
    async close() {
      for (const pair of pairs) for (const end of pair.ends) end.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
