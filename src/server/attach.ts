/** The composition root: the companion on a Socket.IO server. Owns no process, no listener, no signal handler. */
import type { Namespace, Server, Socket } from 'socket.io';
import type { Code } from '../protocol/codes.ts';
import type { Admitted, Refusal } from './admission.ts';
import { checkOptions } from './check-options.ts';
import { systemClock } from './clock.ts';
import { createCounters } from './diagnostics.ts';
import { defaultLimits } from './limits.ts';
import { createMemoryLog, type MemoryLog, type MemoryLogOptions } from './log-memory.ts';
import type { RealtimeOptions } from './options.ts';
import { silentLogger } from './ports.ts';
import { createRealtime } from './realtime.ts';
import type { Realtime } from './realtime-types.ts';
import { createRefusalLog } from './refusal-log.ts';
import { createHub, createPeer, toNamespace } from './socket-io.ts';
import { createStrangers, type StrangerLimits } from './strangers.ts';

export interface AttachOptions extends RealtimeOptions {
  /**
   * Origins that browsers may come from, over WebSocket too (CORS does not hold there).
   * Clients that send no `Origin` are no browsers. A function that throws has said no. @defaultValue all
   */
  readonly origins?: readonly string[] | ((origin: string) => boolean);
  /**
   * Bytes that may wait for a client that does not read. Beyond them its streams wait in the log, and go on from
   * there or with a refresh; when as much again comes on top, whoever sends it, it is disconnected. @defaultValue 4_194_304
   */
  readonly maxQueuedBytes?: number;
  /**
   * What a transport may cost before anybody on it is known. Holds from the start if the Socket.IO server has its
   * http server when the companion is attached, else from its first client on.
   */
  readonly strangers?: StrangerLimits;
}

/** The maps that a Socket.IO server or namespace was typed with. */
type MapsOf<Io> =
  Io extends Server<infer Listen, infer Emit, infer _Between, infer _Data>
    ? { readonly listen: Listen; readonly emit: Emit }
    : Io extends Namespace<infer Listen, infer Emit, infer _Between, infer _Data>
      ? { readonly listen: Listen; readonly emit: Emit }
      : never;

/** With `close`, as `redisStores` is spread into the options. */
const attachOptions: Readonly<Record<keyof AttachOptions | 'close', true>> = {
  authenticate: true,
  authTimeoutMs: true,
  channels: true,
  log: true,
  registry: true,
  commandStore: true,
  roomStore: true,
  sessions: true,
  moduleByType: true,
  maxReplay: true,
  pageSize: true,
  frameEvents: true,
  commandWindowMs: true,
  maxCommandsPerUser: true,
  leaseMs: true,
  limits: true,
  logger: true,
  origins: true,
  maxQueuedBytes: true,
  strangers: true,
  close: true,
};
const strangerLimitNames: Readonly<Record<keyof StrangerLimits, true>> = {
  timeoutMs: true,
  maxPackets: true,
  maxBytes: true,
};
const memoryLogOptions: Readonly<Record<keyof MemoryLogOptions, true>> = {
  ttlMs: true,
  maxEvents: true,
  maxStreams: true,
};

/** A log in this process's memory, the default one. @throws TypeError for an option that there is not */
export function memoryLog(options?: MemoryLogOptions): MemoryLog {
  checkOptions('memoryLog()', options ?? {}, memoryLogOptions);
  return createMemoryLog(systemClock, options);
}

/**
 * Makes a Socket.IO server, or one of its namespaces, the companion of the clients that speak our protocol.
 * Others get the same events, live only. Events and commands are typed by the server's own maps.
 * @throws TypeError for an option that there is not
 */
export function attachRealtime<Io extends Pick<Server | Namespace, 'to' | 'use'>>(
  io: Io,
  options: AttachOptions = {},
): Realtime<MapsOf<Io>['emit'], MapsOf<Io>['listen']> {
  checkOptions('attachRealtime()', options, attachOptions);
  checkOptions('attachRealtime() limits', options.limits ?? {}, defaultLimits);
  checkOptions('attachRealtime() strangers', options.strangers ?? {}, strangerLimitNames);
  const { origins, maxQueuedBytes = 4_194_304, strangers: strangerLimits = {}, ...rest } = options;
  // The maps type what the app sends; to the companion every name is a string.
  const namespace = toNamespace(io as unknown as Server | Namespace);
  const counters = createCounters();
  const hub = createHub(namespace);
  const realtime = createRealtime<MapsOf<Io>['emit'], MapsOf<Io>['listen']>({
    ...rest,
    hub,
    counters,
    clock: systemClock,
  });
  const refusals = createRefusalLog(systemClock, options.logger ?? silentLogger);
  const strangers = createStrangers({
    clock: systemClock,
    limits: strangerLimits,
    onClosed: () => counters.count('strangers_closed'),
  });
  const admittedBySocket = new WeakMap<Socket, Admitted>();

  function refuse(code: Code, message: string): Error {
    counters.count(`refused:${code}`);
    return toError({ ok: false, code, message });
  }

  strangers.watch(namespace.server);
  namespace.use((socket, next) => {
    strangers.watch(namespace.server);
    if (!isWelcome(socket.handshake.headers.origin, origins)) {
      refusals(
        'forbidden_origin',
        `The origin ${JSON.stringify(socket.handshake.headers.origin)} is not in \`origins\``,
      );
      return next(refuse('forbidden_origin', 'This origin is not allowed'));
    }
    void realtime.admit(socket.handshake.auth, socket.id).then((answer) => {
      if (!answer.ok) return next(toError(answer));
      admittedBySocket.set(socket, answer);
      next();
    });
  });

  function onConnection(socket: Socket): void {
    const admitted = admittedBySocket.get(socket);
    // Socket.IO's own recovery skips the middleware: who wasn't checked doesn't stay.
    if (!admitted) socket.disconnect();
    else realtime.accept(createPeer(socket, maxQueuedBytes), admitted);
  }
  namespace.on('connection', onConnection);

  return {
    ...realtime,
    close() {
      namespace.off('connection', onConnection);
      strangers.close();
      return realtime.close();
    },
  };
}

function isWelcome(origin: string | undefined, origins: AttachOptions['origins']): boolean {
  if (origin === undefined || !origins) return true;
  if (typeof origins !== 'function') return origins.includes(origin);
  try {
    return origins(origin);
  } catch {
    // Anybody can send a header that is no address.
    return false;
  }
}

/** Socket.IO hands `data` on to the client's `connect_error`. */
function toError({ ok: _ok, ...data }: Refusal): Error {
  return Object.assign(new Error(data.message), { data });
}
