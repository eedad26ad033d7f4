/** One run's server process and its clients, who live in the bench's own process. */
import { io, type Socket } from 'socket.io-client';
import { within } from '../waits.ts';
import type { Mode } from './attach.ts';
import type { Order, Report } from './server.ts';
import { patienceMs, startServer } from './server-process.ts';

export interface BenchClient {
  /** Runs a command to its end. */
  echo(n: number): Promise<unknown>;
  close(): void;
}
export interface Stage {
  readonly mode: Mode;
  ask(order: Order): Promise<Report>;
  /** Connected, and greeted where there is a companion. */
  open(count: number): Promise<readonly BenchClient[]>;
  /** Fulfilled when the clients have received so many events, all together, since `mark`. */
  received(count: number): Promise<void>;
  mark(): void;
  close(): Promise<void>;
}

export async function openStage(mode: Mode): Promise<Stage> {
  const server = await startServer(mode);
  const clients = new Set<BenchClient>();
  let attempt = 0;
  let events = 0;
  let wanted = 0;
  let onEnough = (): void => {};

  function count(by: number): void {
    events += by;
    if (events >= wanted) onEnough();
  }

  function openOne(index: number): Promise<BenchClient> {
    const name = `u${index}`;
    const auth = { token: name, onesocket: 1, client: name, tab: name, term: 1, attempt, cursors: {} };
    const socket: Socket = io(`http://127.0.0.1:${server.port}`, {
      ...{ auth: mode === 'plain' ? {} : auth, transports: ['websocket'], forceNew: true, reconnection: false },
    });
    let serverTime = 0;
    socket.on('event', () => count(1));
    socket.on('events', ({ events: all }: { events: readonly unknown[] }) => count(all.length));
    const client: BenchClient = {
      echo: (n) =>
        mode === 'plain'
          ? socket.emitWithAck('echo', n)
          : socket.emitWithAck('command', { id: `${name}-${n}`, name: 'echo', args: [n], sentAt: serverTime }),
      close() {
        clients.delete(client);
        socket.close();
      },
    };
    return new Promise((resolve, reject) => {
      socket.on('connect_error', reject);
      socket.on('connect', () => mode === 'plain' && resolve(client));
      socket.on('authenticated', ({ time }: { time: number }) => {
        serverTime = time;
        resolve(client);
      });
    });
  }

  return {
    mode,
    ask: server.ask,
    async open(many) {
      attempt += 1;
      const opening = Array.from({ length: many }, (_, index) => openOne(index));
      const opened = await within(patienceMs, `${many} connections`, Promise.all(opening));
      for (const client of opened) clients.add(client);
      return opened;
    },
    mark() {
      events = 0;
      wanted = Number.POSITIVE_INFINITY;
    },
    received(many) {
      wanted = many;
      const enough = new Promise<void>((resolve) => {
        onEnough = resolve;
      });
      count(0);
      return within(patienceMs, `${many} events`, enough);
    },
    async close() {
      for (const client of [...clients]) client.close();
      await server.close();
    },
  };
}
