/** The bench's end of a server process. */
import { fork } from 'node:child_process';
import { within } from '../waits.ts';
import type { Mode } from './attach.ts';
import type { FromServer, Order, Report, ToServer } from './server.ts';

export interface ServerProcess {
  readonly port: number;
  ask(order: Order): Promise<Report>;
  close(): Promise<void>;
}

export const patienceMs = 240_000;

export async function startServer(mode: Mode, redisPort = 0): Promise<ServerProcess> {
  const child = fork(process.argv[1] ?? '', ['--serve', mode, String(redisPort)], { execArgv: ['--expose-gc'] });
  const answers = new Map<number, (report: Report) => void>();
  let ids = 0;
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

  return {
    port,
    ask(order) {
      ids += 1;
      const message: ToServer = { id: ids, ...order };
      const answer = new Promise<Report>((resolve) => answers.set(message.id, resolve));
      child.send(message);
      return within(patienceMs, `server: ${order.do}`, answer);
    },
    async close() {
      if (child.connected) child.disconnect();
      await within(5_000, 'server end', ended).catch(kill);
      process.off('exit', kill);
    },
  };
}
