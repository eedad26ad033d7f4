/** The companion on ports: composes the parts for whatever carries them, Socket.IO or the simulator. */
import { toPosition } from '../protocol/position.ts';
import { type Admitted, createAdmission, type Refusal } from './admission.ts';
import { createChannels } from './channels.ts';
import { createMemoryCommandStore } from './command-store.ts';
import type { AnyCommands } from './command-types.ts';
import { type CommandHandler, type CommandOptions, createCommands } from './commands.ts';
import { createConnection } from './connection.ts';
import type { Connection } from './connection-port.ts';
import { createConnections } from './connections.ts';
import { type Counters, createCounters } from './diagnostics.ts';
import { checkHealth } from './health.ts';
import { createLatency } from './latency.ts';
import { createSharedLimiters, defaultLimits } from './limits.ts';
import { createLive } from './live.ts';
import { createMemoryLog } from './log-memory.ts';
import type { RealtimeOptions } from './options.ts';
import { headsOf } from './places.ts';
import { createPlainConnection } from './plain-connection.ts';
import { type Cancel, type Clock, type Hub, type Peer, silentLogger } from './ports.ts';
import type { Emitter, Realtime, Receipt, SessionFilter } from './realtime-types.ts';
import { createRefusalLog } from './refusal-log.ts';
import { type Claim, createMemoryRegistry, type SessionInfo } from './registry.ts';
import { createRoomSync } from './room-store.ts';
import { createRooms } from './rooms.ts';
import { checkTarget, mayReach, type Target } from './router.ts';
import { createSender } from './sender.ts';
import { shareReads } from './shared-reads.ts';
import { createThrottled } from './throttle.ts';

/** The companion with the two doors through which a carrier brings connections. */
export interface RealtimeHost<Events, Commands = AnyCommands> extends Realtime<Events, Commands> {
  /** Checks a handshake's `auth` object, before the connection is told that it stands. Never rejects. */
  admit(auth: unknown, socketId: string): Promise<Admitted | Refusal>;
  /** Takes over an admitted connection, synchronously; one that was superseded meanwhile is disconnected. */
  accept(peer: Peer, admitted: Admitted): void;
}

interface RealtimePorts {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly counters?: Counters;
}

/**
 * What a client is told of the end of its session. Who was superseded is told nothing: it would only come back;
 * who is unseen is to come back, to another node.
 */
const packetByEnd = {
  superseded: undefined,
  replaced: 'session_replaced',
  revoked: 'token_expired',
  unseen: undefined,
} as const;

/** @internal Use `attachRealtime`, or this to run the companion on other ports than Socket.IO's. */
export function createRealtime<Events = Record<string, (payload: unknown) => void>, Commands = AnyCommands>(
  ports: RealtimePorts & RealtimeOptions,
): RealtimeHost<Events, Commands> {
  const { hub, clock, authenticate, authTimeoutMs = 10_000, sessions: policy = 'multi', logger = silentLogger } = ports;
  const { moduleByType = {}, maxReplay = 10_000, pageSize = 200, frameEvents = 64, leaseMs = 30_000 } = ports;
  const { log = createMemoryLog(clock), registry = createMemoryRegistry(clock) } = ports;
  // Counts on from the start: a wall clock that steps would make the stamps of clients look too old, or from the future.
  const born = { wall: clock.wall(), now: clock.now() };
  const steady: Clock = { ...clock, wall: () => Math.floor(born.wall + clock.now() - born.now) };
  const {
    commandStore = createMemoryCommandStore(steady, {
      ...(ports.commandWindowMs !== undefined && { windowMs: ports.commandWindowMs }),
      ...(ports.maxCommandsPerUser !== undefined && { maxPerUser: ports.maxCommandsPerUser }),
    }),
  } = ports;
  const { counters = createCounters() } = ports;
  const limits = { ...defaultLimits, ...ports.limits };
  const rooms = createRooms([...new Set(Object.values(moduleByType))]);
  const refusals = createRefusalLog(clock, logger);
  const channels = createChannels({
    clock,
    logger,
    refusals,
    rules: ports.channels ?? {},
    allowTimeoutMs: authTimeoutMs,
  });
  const latency = createLatency({ hub, clock });
  const live = createLive({ hub, clock, log, counters, logger, latency, maxReplay, pageSize, frameEvents });
  const sender = createSender({ log, registry, counters, logger, moduleByType });
  const commands = createCommands({ clock, store: commandStore, counters, logger, leaseMs });
  const connections = createConnections(clock, (claim) =>
    registry.release(claim).catch((error: unknown) => logger.error('A session could not be released', error)),
  );
  const roomSync = createRoomSync({ rooms, store: ports.roomStore, connections, logger });
  const sharedLog = shareReads(log, clock);
  const admission = createAdmission({
    ...{
      clock,
      log: sharedLog,
      registry,
      rooms,
      channels,
      counters,
      logger,
      refusals,
      authenticate,
      maxReplay,
      authTimeoutMs,
      onGranted,
    },
    sessions: policy,
    syncRooms: roomSync.sync,
    hasRoom: ({ userId, client }) => connections.others(userId, client) < limits.connectionsPerUser,
  });
  const connectionOptions = {
    clock,
    log: sharedLog,
    live,
    rooms,
    channels,
    registry,
    admission,
    commands,
    counters,
    logger,
    maxReplay,
    pageSize,
    commandWindowMs: commandStore.windowMs,
    limits,
    sharedLimiters: createSharedLimiters(clock, limits),
    time: commandStore.time,
    onClosed: (connection: Connection) => {
      counters.count('closed');
      connections.remove(connection);
    },
  };
  const throttles = new Set<{ close(): void }>();
  let closed = false;
  let cancelHeartbeat: Cancel = () => {};

  function onGranted(claim: Claim, superseded: string | null, replaced: readonly string[]): void {
    connections.expect(claim);
    if (superseded !== null) {
      counters.count('superseded');
      connections.end(superseded);
    }
    for (const sessionId of replaced) {
      counters.count('replaced');
      connections.end(sessionId, 'session_replaced');
    }
  }

  const cancelEnded = registry.onEnded((sessionId, why) => {
    connections.end(sessionId, packetByEnd[why]);
  });

  /** So that a cursor never grows older than the log, even where nothing happens. */
  function heartbeat(): void {
    cancelHeartbeat = clock.after(Math.max(1_000, log.ttlMs / 3), () => {
      for (const connection of connections.all()) connection.tellPositions();
      heartbeat();
    });
  }

  const unlessClosed = <Args extends readonly unknown[], Result>(run: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      if (closed) throw new Error('The companion is closed');
      return run(...args);
    };
  };
  const append = unlessClosed(sender.append);
  const appendOne = unlessClosed(sender.appendOne);

  function to(target: Target): Emitter<Events, Receipt> & Emitter<Events, readonly Receipt[]> {
    checkTarget(target);
    const isMany = typeof target === 'object' && 'users' in target;
    const emit = (type: string, payload?: unknown): Promise<unknown> =>
      isMany ? append(target, type, payload) : appendOne(target, type, payload);
    return { emit } as Emitter<Events, Receipt> & Emitter<Events, readonly Receipt[]>;
  }

  /** By a connection of this node, or by one of another that may well be in the stream. */
  async function isHeard(target: Target, type: string): Promise<boolean> {
    if (sender.streamsOf(target, type).some((stream) => live.place(stream) !== null)) return true;
    const elsewhere = (await registry.all()).filter(({ sessionId }) => !connections.has(sessionId));
    return elsewhere.some((claim) => mayReach(target, claim));
  }

  async function sessions({ userId, shopId, module }: SessionFilter = {}): Promise<readonly SessionInfo[]> {
    const claims = userId === undefined ? await registry.all() : await registry.ofUser(userId);
    return claims
      .filter((claim) => shopId === undefined || claim.shopId === shopId)
      .filter(({ modules }) => module === undefined || !modules || modules.includes(module))
      .map(({ tab: _tab, term: _term, attempt: _attempt, ...session }) => session);
  }

  const admitting = new Set<Promise<unknown>>();
  function admitted<Answer>(answer: Promise<Answer>): Promise<Answer> {
    admitting.add(answer);
    return answer.finally(() => admitting.delete(answer));
  }

  function shutDown(): void {
    closed = true;
    cancelHeartbeat();
    for (const throttled of throttles) throttled.close();
    cancelEnded();
    roomSync.close();
    connections.close();
    live.close();
    sharedLog.close();
    // A log that was given belongs to whoever made it.
    if (!ports.log) log.close();
  }

  heartbeat();

  return {
    admit: (auth, socketId) =>
      closed
        ? Promise.resolve({ ok: false, code: 'shutting_down', message: 'The server is going away' })
        : admitted(admission.admit(auth, socketId)),
    accept(peer, admitted) {
      if (closed || !connections.isExpected(admitted)) {
        const packet = connections.endingOf(admitted);
        if (packet) peer.send(packet, {});
        return peer.disconnect();
      }
      const create = admitted.handshake ? createConnection : createPlainConnection;
      connections.add(create(peer, admitted, connectionOptions));
      // What was changed after this connection's rooms were looked up.
      roomSync
        .sync(admitted.claim.userId)
        .catch((error: unknown) => logger.error('Rooms could not be looked up', error));
    },
    to,
    sendToUser: (user, type, ...payload) => appendOne({ user }, type, payload[0]),
    sendToUsers: (users, type, ...payload) => append({ users }, type, payload[0]),
    sendToRoom: (room, type, ...payload) => appendOne({ room }, type, payload[0]),
    broadcastToAll: (type, ...payload) => appendOne('all', type, payload[0]),
    joinRoom: roomSync.join,
    leaveRoom: roomSync.leave,
    async recheckChannels(userId) {
      await Promise.all(connections.ofUser(userId).map((connection) => connection.recheck()));
    },
    onCommand(name: string, ...rest: readonly unknown[]) {
      const [options, handler] = rest.length === 1 ? [{}, rest[0]] : rest;
      commands.on(name, options as CommandOptions, handler as CommandHandler);
    },
    throttled(target, type, options) {
      checkTarget(target);
      const parts = { clock, counters, logger, name: type };
      const throttled = createThrottled(
        { ...parts, append: (payload) => appendOne(target, type, payload), isHeard: () => isHeard(target, type) },
        options,
      );
      throttles.add(throttled);
      const close = (): void => {
        throttles.delete(throttled);
        throttled.close();
      };
      return { ...throttled, close };
    },
    onUndelivered: sender.onUndelivered,
    revokeSessions: (userId) => registry.revoke(userId),
    async connectedUserCount() {
      return new Set((await registry.all()).map((claim) => claim.userId)).size;
    },
    isUserConnected: async (userId) => (await registry.ofUser(userId)).length > 0,
    sessions,
    async positionOf(member) {
      await roomSync.sync(member.userId);
      return toPosition(await headsOf(log, rooms.streamsOf(member)));
    },
    diagnostics: () => ({
      connections: connections.size(),
      ...(log.size && { log: log.size() }),
      counters: counters.snapshot(),
    }),
    async health() {
      const parts = await checkHealth({ clock, log, registry });
      return { ok: !closed && parts.log && parts.registry, connections: connections.size(), ...parts };
    },
    onLatency: (listener, everyMs = 1_000) => latency.listen(listener, everyMs),
    async close() {
      if (!closed) shutDown();
      await connections.released(admitting);
    },
  };
}
