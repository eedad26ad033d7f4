/**
 * A TCP proxy between the pages' socket and the server, so that a network can fail without
 * either end knowing why. Only the socket goes through it: pages and reports have their own way.
 */
import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** When each connection was tried, by the clock of this process. */
  readonly attempts: readonly number[];
  /** Every connection is reset, and new ones are until `restore`. */
  cut(): void;
  restore(): void;
  /** The connections open now go dead without a word: no byte, no close. New ones work. */
  strand(): void;
  /** Adds this to the way of each chunk, both ways; keeps their order. */
  delay(ms: number): void;
  close(): Promise<void>;
}

interface Pair {
  readonly ends: readonly [Socket, Socket];
  stranded: boolean;
}

export async function startProxy(target: () => number): Promise<TcpProxy> {
  const attempts: number[] = [];
  const pairs = new Set<Pair>();
  let isCut = false;
  let delayMs = 0;

  const forward = (pair: Pair, from: Socket, to: Socket) => {
    const later = (run: () => void) => (delayMs > 0 ? setTimeout(run, delayMs) : run());
    from.on('data', (chunk) => later(() => to.writable && to.write(chunk)));
    // The other end learns of a close only while the line works: that is what makes a half-open one.
    from.on('close', () => {
      if (pair.stranded) return;
      if (to.destroyed) pairs.delete(pair);
      else later(() => to.end());
    });
    from.on('error', () => from.destroy());
  };

  const server: Server = createServer((near) => {
    attempts.push(performance.now());
    near.on('error', () => near.destroy());
    if (isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = tcpConnect({ port: target(), host: '127.0.0.1' });
    for (const end of [near, far]) end.setNoDelay(true);
    const pair: Pair = { ends: [near, far], stranded: false };
    pairs.add(pair);
    forward(pair, near, far);
    forward(pair, far, near);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  return {
    port: address.port,
    attempts,
    cut() {
      isCut = true;
      for (const pair of pairs) for (const end of pair.ends) end.resetAndDestroy();
      pairs.clear();
    },
    restore() {
      isCut = false;
    },
    strand() {
      for (const pair of pairs) {
        pair.stranded = true;
        for (const end of pair.ends) end.pause();
      }
    },
    delay(ms) {
      delayMs = ms;
    },
    async close() {
      for (const pair of pairs) for (const end of pair.ends) end.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
