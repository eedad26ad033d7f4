/** One run's server process and its clients, who live in the bench's own process. */
import { fork } from 'node:child_process';
import { io, type Socket } from 'socket.io-client';
import { within } from '../waits.ts';
import type { FromServer, Mode, Order, Report, ToServer } from './server.ts';

export interface Cursor {
  readonly epoch: string;
  readonly id: number;
}
export interface BenchClient {
  /** Runs a command to its end. */
  echo(n: number): Promise<unknown>;
  close(): void;
}
export interface Stage {
  readonly mode: Mode;
  ask(order: Order): Promise<Report>;
  /** Connected, and greeted where there is a companion. `behind`: so many events behind where it stood last. */
  open(count: number, behind?: number): Promise<readonly BenchClient[]>;
  /** Fulfilled when the clients have received so many events, all together, since `mark`. */
  received(count: number): Promise<void>;
  mark(): void;
  close(): Promise<void>;
}

const patienceMs = 120_000;

export async function openStage(mode: Mode): Promise<Stage> {
  const child = fork(process.argv[1] ?? '', ['--serve', mode], { execArgv: [] });
  const answers = new Map<number, (report: Report) => void>();
  const clients = new Set<BenchClient>();
  let ids = 0;
  let attempt = 0;
  let events = 0;
  let head: Cursor | null = null;
  let wanted = 0;
  let onEnough = (): void => {};
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const port = await within(
    15_000,
    'server start',
    new Promise<number>((resolve) => {
      child.on('message', (message: FromServer) => {
        if (message.type === 'listening') return resolve(message.port);
        answers.get(message.id)?.(message.report);
        answers.delete(message.id);
      });
    }),
  );

  function count(by: number): void {
    events += by;
    if (events >= wanted) onEnough();
  }

  function openOne(index: number, behind: number): Promise<BenchClient> {
    const cursors = head && behind > 0 ? { all: { epoch: head.epoch, id: Math.max(0, head.id - behind) } } : {};
    const name = `u${index}`;
    const auth = { token: name, onesocket: 1, client: name, tab: name, term: 1, attempt, cursors };
    const socket: Socket = io(`http://127.0.0.1:${port}`, {
      ...{ auth: mode === 'plain' ? {} : auth, transports: ['websocket'], forceNew: true, reconnection: false },
    });
    let serverTime = 0;
    socket.on('event', () => count(1));
    socket.on('events', (frame: { stream: string; epoch: string; id: number; events: readonly unknown[] }) => {
      if (frame.stream === 'all') head = { epoch: frame.epoch, id: Math.max(frame.id, head?.id ?? 0) };
      count(frame.events.length);
    });
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
      socket.on('authenticated', ({ time, streams }: { time: number; streams: { all: Cursor } }) => {
        serverTime = time;
        head ??= streams.all;
        resolve(client);
      });
    });
  }

  return {
    mode,
    ask(order) {
      ids += 1;
      const message: ToServer = { id: ids, ...order };
      const answer = new Promise<Report>((resolve) => answers.set(message.id, resolve));
      child.send(message);
      return within(patienceMs, `server: ${order.do}`, answer);
    },
    async open(many, behind = 0) {
      attempt += 1;
      const opening = Array.from({ length: many }, (_, index) => openOne(index, behind));
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
      child.disconnect();
      await within(5_000, 'server end', ended).catch(kill);
      process.off('exit', kill);
    },
  };
}
