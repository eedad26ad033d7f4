/**
 * The simulated server: processes that run the real companion, one at a time. A restart loses what was in
 * its memory; the log may outlive it, as it does in Redis.
 */
import type { AuthContext, Identity } from '../server/identity.ts';
import type { Draft, EventLog } from '../server/log.ts';
import { createMemoryLog, type MemoryLogOptions } from '../server/log-memory.ts';
import type { RealtimeOptions } from '../server/options.ts';
import type { Clock, PlainListener } from '../server/ports.ts';
import { createRealtime, type RealtimeHost } from '../server/realtime.ts';
import type { ClientSide, SimHub } from './hub.ts';
import { createSimHub } from './hub.ts';
import type { Owner, Tasks } from './tasks.ts';

type Untyped = Record<string, (payload: unknown) => void>;
export type SimRealtime = RealtimeHost<Untyped>;

export interface SimServerOptions extends Omit<RealtimeOptions, 'log' | 'authenticate'> {
  readonly authenticate: (token: string | undefined, context: AuthContext) => Identity | Promise<Identity>;
  readonly logOptions?: MemoryLogOptions;
  /** The log survives a restart. */
  readonly durableLog?: boolean;
  /** The app: its command handlers, the rooms of its users. Runs in each new process. */
  readonly serve?: (realtime: SimRealtime, clock: Clock) => void;
  /** Its ordinary Socket.IO listeners. */
  readonly listenersOf?: (clock: Clock) => ReadonlyMap<string, PlainListener>;
}

/** What one append was: the truth that tabs are compared with. */
export interface Appended extends Draft {
  readonly stream: string;
  readonly epoch: string;
  readonly id: number;
}

interface ServerSide {
  /** The transport connects. */
  begin(): void;
  packet(name: string, args: readonly unknown[], ack: number | null): void;
}

export interface SimServer {
  owner(): Owner;
  realtime(): SimRealtime | null;
  hub(): SimHub | null;
  connect(client: ClientSide): ServerSide;
  /** Ends the process: its memory is gone, its connections break. */
  stop(): void;
  start(): void;
  resetLog(): void;
  /** A new process on an older snapshot of the log, without its last so many events: a new epoch of fewer. */
  restoreLog(lost: number): Promise<void>;
  wall(): number;
  stepWall(ms: number): void;
  log(): EventLog | null;
}

interface ServerDeps {
  readonly tasks: Tasks;
  readonly options: SimServerOptions;
  readonly onAppend: (appended: Appended) => void;
  readonly onError: (error: unknown) => void;
  readonly trace: (what: string) => void;
}

const epochStartMs = 1_700_000_000_000;

export function createServer({ tasks, options, onAppend, onError, trace }: ServerDeps): SimServer {
  let wallAheadMs = 0;
  let ids = 0;
  let sockets = 0;
  let running: { readonly owner: Owner; readonly hub: SimHub; readonly realtime: SimRealtime; end(): void } | null =
    null;
  const nobody: Owner = { name: 'server', gate: () => 'drop', report: onError };
  const disk: Owner = { name: 'server', gate: () => 'run', report: onError };
  const wall = (): number => Math.floor(epochStartMs + tasks.now() + wallAheadMs);

  const clockOf = (owner: Owner): Clock => ({
    wall,
    now: () => tasks.now(),
    after: (delayMs, run) => tasks.add(owner, 'timer', delayMs, run),
    soon: (run) => void tasks.add(owner, 'soon', 0, run),
    uniqueId() {
      ids += 1;
      return `s${ids}`;
    },
  });
  let durable = options.durableLog ? createMemoryLog(clockOf(disk), options.logOptions) : null;
  let log = durable;
  const appended: Appended[] = [];

  function start(): void {
    if (running) return;
    let alive = true;
    const owner: Owner = { name: 'server', gate: () => (alive ? 'run' : 'drop'), report: onError };
    const clock = clockOf(owner);
    const memory = durable ?? createMemoryLog(clock, options.logOptions);
    log = memory;
    const unfollow = new Set<() => void>();
    const recorded: EventLog = {
      ...memory,
      async append(stream, draft) {
        const cursor = await memory.append(stream, draft);
        const entry = { stream, ...cursor, ...draft };
        if (durable) appended.push(entry);
        onAppend(entry);
        return cursor;
      },
      async follow(stream, onHint) {
        const stop = await memory.follow(stream, (hint) => alive && onHint(hint));
        unfollow.add(stop);
        return stop;
      },
    };
    const { serve, listenersOf, authenticate, logOptions: _, durableLog: __, ...rest } = options;
    const hub = createSimHub({ tasks, owner, listeners: listenersOf?.(clock) ?? new Map(), trace });
    const realtime: SimRealtime = createRealtime<Untyped>({ ...rest, hub, clock, log: recorded, authenticate });
    serve?.(realtime, clock);
    running = {
      owner,
      hub,
      realtime,
      end() {
        alive = false;
        for (const stop of unfollow) stop();
        hub.breakAll();
      },
    };
    trace('server: starts');
  }

  function connect(client: ClientSide): ServerSide {
    const host = running;
    return {
      begin() {
        if (!host) return client.wire.breakNow();
        const { hub, owner, realtime } = host;
        hub.attach(client.wire);
        client.wire.send('up', owner, () => {
          sockets += 1;
          const id = `socket${sockets}`;
          void realtime.admit(client.auth, id).then((answer) => {
            // As in Socket.IO: who is gone when the middleware is done never was there.
            if (client.wire.broken()) return;
            if (!answer.ok) return client.refused(answer);
            client.opened(id);
            realtime.accept(hub.accept(id, client, answer.claim), answer);
          });
        });
      },
      packet(name, args, ack) {
        if (!host) return;
        const { owner, hub } = host;
        client.wire.send('up', owner, () =>
          hub.receive(client, name, args, (value) => ack !== null && client.answer(ack, value)),
        );
      },
    };
  }

  function stop(): void {
    running?.end();
    running = null;
    trace('server: is gone');
  }

  start();
  return {
    owner: () => running?.owner ?? nobody,
    realtime: () => running?.realtime ?? null,
    hub: () => running?.hub ?? null,
    log: () => log,
    connect,
    start,
    stop,
    resetLog() {
      log?.reset();
      trace('server: the log is lost');
    },
    async restoreLog(lost) {
      stop();
      if (durable) {
        durable = createMemoryLog(clockOf(disk), options.logOptions);
        for (const { stream, type, payload } of appended.splice(-lost, lost) && appended) {
          await durable.append(stream, { type, payload });
        }
        trace(`server: the log is an older snapshot, ${lost} events are lost`);
      }
      start();
    },
    wall,
    stepWall(ms) {
      wallAheadMs += ms;
    },
  };
}
