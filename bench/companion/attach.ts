/** What the server of `npm run bench:server` runs, and how it emits: Socket.IO as it is or the companion, alone or on Redis. */
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';
import { Server, type ServerOptions } from 'socket.io';
import { redisStores } from '../../src/redis/index.ts';
import { attachRealtime, type EventLog, memoryLog } from '../../src/server/index.ts';

/** `recovery`: Socket.IO with its connection state recovery, on its streams adapter. */
export type Mode = 'plain' | 'companion' | 'recovery' | 'companion-redis';
export const onRedis = (mode: Mode): boolean => mode === 'recovery' || mode === 'companion-redis';
export const isCompanion = (mode: Mode): boolean => mode === 'companion' || mode === 'companion-redis';

/** All connections are in it. */
export const room = 'bench';

export interface Emitters {
  toAll(): unknown;
  toRoom(): unknown;
  /** How often the log was looked at so far. */
  logReads(): number;
}

/** Brings an event to about 200 bytes of JSON. */
const payload = { pad: 'x'.repeat(180) };
const unbounded = { perSecond: 1e9, burst: 1e9 };
const maxEvents = 50_000;
const options: Partial<ServerOptions> = { transports: ['websocket'], serveClient: false, pingInterval: 120_000 };

export async function attach(mode: Mode, redisPort: number): Promise<{ io: Server; emitters: Emitters }> {
  const client = createClient({ socket: { host: '127.0.0.1', port: redisPort } });
  if (onRedis(mode)) await client.connect();
  if (!isCompanion(mode)) {
    const recovery = {
      adapter: createAdapter(client, { maxLen: maxEvents }),
      connectionStateRecovery: { maxDisconnectionDuration: 600_000 },
    };
    const io = new Server({ ...options, ...(mode === 'recovery' && recovery) });
    return { io, emitters: emitPlainly(io) };
  }
  const io = new Server(options);
  const stores = mode === 'companion' ? { log: memoryLog({ maxEvents }) } : redisStores(client, { maxEvents });
  return { io, emitters: emitThroughCompanion(io, stores) };
}

function emitPlainly(io: Server): Emitters {
  io.on('connection', (socket) => {
    void socket.join(room);
    socket.on('echo', (data: unknown, answer: (data: unknown) => void) => answer(data));
  });
  return {
    toAll: () => io.emit('event', payload),
    toRoom: () => io.to(room).emit('event', payload),
    logReads: () => 0,
  };
}

function emitThroughCompanion(io: Server, stores: { readonly log: EventLog }): Emitters {
  const { log, reads } = countReads(stores.log);
  const realtime = attachRealtime(io, {
    ...stores,
    log,
    authenticate: (token) => ({ userId: String(token), rooms: [room] }),
    maxReplay: maxEvents,
    // Speed is measured, not refusals.
    limits: { commands: unbounded, userCommands: unbounded, packets: unbounded },
  });
  realtime.onCommand('echo', (data: unknown) => data);
  return {
    toAll: () => realtime.broadcastToAll('event', payload),
    toRoom: () => realtime.sendToRoom(room, 'event', payload),
    logReads: reads,
  };
}

/** Of the streams that all share: each has its own besides. */
function countReads(log: EventLog): { readonly log: EventLog; readonly reads: () => number } {
  let reads = 0;
  const count = (stream: string): void => {
    if (!stream.startsWith('user:')) reads += 1;
  };
  const counting: EventLog = {
    ...log,
    bounds(stream) {
      count(stream);
      return log.bounds(stream);
    },
    read(stream, after, limit) {
      count(stream);
      return log.read(stream, after, limit);
    },
  };
  return { log: counting, reads: () => reads };
}
