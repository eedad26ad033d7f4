/** A TCP proxy between a client and the server, which can be slow or stop reading. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Proxy {
  readonly url: string;
  /** Reads no more from the server: what it sends piles up there. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Each chunk is handed on after `delayMs`, in order. */
export async function createProxy(target: string, delayMs = 0): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const inners = new Set<Socket>();
  const outers = new Set<Socket>();
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => {
      if (delayMs === 0) to.write(chunk);
      else setTimeout(() => to.writable && to.write(chunk), delayMs);
    });
    from.on('close', () => to.destroy());
    from.on('error', () => {});
  };
  const server = createServer((inner) => {
    const outer = connect(Number(port), hostname);
    inners.add(inner);
    outers.add(outer);
    pass(inner, outer);
    pass(outer, inner);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pause() {
      for (const outer of outers) outer.pause();
    },
    resume() {
      for (const outer of outers) outer.resume();
    },
    async close() {
      for (const socket of [...inners, ...outers]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
