/** The bench's end of its server process. */
import { fork } from 'node:child_process';
import type { FromServer, ServerMode, ServerOrder, ServerReport, ToServer } from './protocol.ts';
import { within } from './waits.ts';

export interface ServerProcess {
  readonly url: string;
  ask(order: ServerOrder, timeoutMs?: number): Promise<ServerReport>;
  close(): Promise<void>;
}
export interface ServerOptions {
  readonly serverFile: string;
  readonly pagesFolder: string;
  readonly mode: ServerMode;
  /** Writes a CPU profile of the server there when it ends. */
  readonly profileFolder?: string;
}

export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { serverFile, pagesFolder, mode, profileFolder } = options;
  const execArgv = profileFolder
    ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`, '--cpu-prof-name=server.cpuprofile']
    : [];
  const child = fork(serverFile, [mode, pagesFolder], { execArgv });
  const waitingById = new Map<number, { resolve(report: ServerReport): void; reject(error: Error): void }>();
  let lastId = 0;
  let onListening = (_port: number): void => {};
  let onFailed = (_error: Error): void => {};
  const listening = new Promise<number>((resolve, reject) => {
    onListening = resolve;
    onFailed = reject;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);

  child.on('message', (message: FromServer) => {
    if (message.type === 'listening') return onListening(message.port);
    const waiting = waitingById.get(message.id);
    waitingById.delete(message.id);
    if (message.type === 'done') waiting?.resolve(message.report);
    else waiting?.reject(new Error(`server: ${message.message}`));
  });
  child.once('exit', (code) => {
    const error = new Error(`The server process ended with ${code}`);
    onFailed(error);
    for (const waiting of waitingById.values()) waiting.reject(error);
  });

  return {
    url: `http://127.0.0.1:${await within(15_000, 'server start', listening)}/`,
    ask(order, timeoutMs = 30_000) {
      const id = ++lastId;
      const answer = new Promise<ServerReport>((resolve, reject) => waitingById.set(id, { resolve, reject }));
      const message: ToServer = { id, ...order };
      child.send(message);
      return within(timeoutMs, `server: ${order.do}`, answer);
    },
    async close() {
      if (child.connected) child.disconnect();
      await within(5_000, 'server end', ended).catch(killNow);
      process.off('exit', killNow);
    },
  };
}
