/**
 * A TCP proxy between the pages' socket and the server, so that a network can fail without
 * either end knowing why. Only the socket goes through it: pages and reports have their own way.
 */
import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';
import { createLane, type Lane, type Weather } from './lane.ts';

export interface TcpProxy {
  readonly port: number;
  /** When each connection was tried, by the clock of this process. */
  readonly attempts: readonly number[];
  /** Every connection is reset, and new ones are until `restore`. */
  cut(): void;
  restore(): void;
  /**
   * The connections open now lose without a word what goes either way, or only what the server sends:
   * no byte, no close. New ones work.
   */
  strand(way?: 'both' | 'down'): void;
  /** Adds this, and by chance up to `jitterMs` more, to the way of each chunk, both ways; keeps their order. */
  delay(ms: number, jitterMs?: number): void;
  /** Keeps everything, also of new connections, until `release` lets it go all at once. */
  hold(): void;
  release(): void;
  /** From now on a request for a WebSocket is answered with 403, as some companies' proxies do. */
  forbidWebSocket(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly ends: readonly [Socket, Socket];
  readonly lanes: readonly [Lane, Lane];
  /** Ends that nothing is heard of any more. */
  readonly mute: Set<Socket>;
}

const forbidden = 'HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
const asksForWebSocket = (chunk: Buffer) => /^upgrade: websocket\r$/im.test(chunk.toString('latin1'));

export async function startProxy(target: () => number): Promise<TcpProxy> {
  const attempts: number[] = [];
  const pairs = new Set<Pair>();
  let isCut = false;
  let webSocketForbidden = false;
  const weather: Weather = { delayMs: 0, jitterMs: 0, held: false };

  const forward = (pair: Pair, lane: Lane, from: Socket, to: Socket) => {
    from.on('data', (chunk) => lane.push(() => to.writable && to.write(chunk)));
    // The other end learns of a close only while the line works: that is what makes a half-open one.
    from.on('close', () => {
      if (pair.mute.has(from)) return;
      if (to.destroyed) pairs.delete(pair);
      else lane.push(() => to.end());
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
    near.on('data', (chunk) => {
      if (!webSocketForbidden || !asksForWebSocket(chunk)) return;
      near.end(forbidden);
      far.destroy();
    });
    const pair: Pair = { ends: [near, far], lanes: [createLane(weather), createLane(weather)], mute: new Set() };
    pairs.add(pair);
    forward(pair, pair.lanes[0], near, far);
    forward(pair, pair.lanes[1], far, near);
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
    strand(way = 'both') {
      for (const { ends, mute } of pairs) {
        for (const end of way === 'both' ? ends : ends.slice(1)) {
          mute.add(end);
          end.pause();
        }
      }
    },
    delay(ms, jitterMs = 0) {
      Object.assign(weather, { delayMs: ms, jitterMs });
    },
    hold() {
      weather.held = true;
    },
    release() {
      weather.held = false;
      for (const { lanes } of pairs) for (const lane of lanes) lane.pump();
    },
    forbidWebSocket() {
      webSocketForbidden = true;
    },
    async close() {
      for (const pair of pairs) for (const end of pair.ends) end.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
