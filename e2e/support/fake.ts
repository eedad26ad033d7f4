/** A companion that speaks the protocol by hand, and wrongly where a spec wants it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';

const stream = 'user:u1';
const epoch = 'e1';

interface SyncRequest {
  readonly lastEventId: number;
}
export interface Script {
  /** What `request_sync` is answered with. */
  readonly sync: (request: SyncRequest) => unknown;
  /** Answers a command, or not; `answer` writes the acknowledgement as often as it is called. */
  readonly command?: (name: string, answer: (result: unknown) => void) => void;
}
export interface Fake {
  readonly url: string;
  /** Connections ever. */
  readonly connections: number;
  /** `request_sync` packets so far. */
  readonly syncs: number;
  send(name: string, ...args: unknown[]): void;
  close(): Promise<void>;
}

/** A frame of the one stream; the events carry their ids. */
export function frame(prev: number, ...ids: number[]) {
  const events = ids.map((id) => ({ id, type: 'tick', payload: { n: id }, timestamp: 0 }));
  return { stream, epoch, prev, id: ids.at(-1) ?? prev, events };
}

export async function startFake(script: Script): Promise<Fake> {
  const web = createServer();
  const io = new Server(web, { cors: { origin: true } });
  let connections = 0;
  let syncs = 0;

  io.on('connection', (socket) => {
    connections += 1;
    const time = Date.now();
    const cursors = socket.handshake.auth.cursors as Record<string, unknown> | undefined;
    socket.emit('authenticated', {
      success: true,
      onesocket: 1,
      userId: 'u1',
      socketId: socket.id,
      sessionId: socket.id,
      time,
      commandWindowMs: 600_000,
      streams: { [stream]: cursors?.[stream] ?? { epoch, id: 0 } },
    });
    socket.on('request_sync', (request: SyncRequest, answer: (value: unknown) => void) => {
      syncs += 1;
      answer(script.sync(request));
    });
    socket.on('ping', (_: unknown, answer: (value: unknown) => void) => answer({ time: Date.now() }));
    listenRaw(socket);
  });

  /** Below Socket.IO, which lets nobody acknowledge twice. */
  function listenRaw({ conn }: Socket) {
    conn.on('packet', ({ data }: { data?: unknown }) => {
      const [, ack, body] = (typeof data === 'string' && /^2(\d+)\["command",(.*)\]$/.exec(data)) || [];
      if (!ack || !body) return;
      const { name } = JSON.parse(body) as { name: string };
      script.command?.(name, (result) => conn.write(`3${ack}${JSON.stringify([{ ok: true, result }])}`));
    });
  }

  await new Promise<void>((done) => web.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(web.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    get syncs() {
      return syncs;
    },
    send: (name, ...args) => void io.emit(name, ...args),
    close: () => io.close(),
  };
}
