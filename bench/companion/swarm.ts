/** Clients by the thousand, in processes of their own. */
import { type ChildProcess, fork } from 'node:child_process';
import { within } from '../waits.ts';
import type { Mode } from './attach.ts';
import { patienceMs } from './server-process.ts';
import type { FromSwarm, SwarmOrder, ToSwarm } from './swarm-process.ts';

export interface Swarm {
  open(): Promise<void>;
  cut(): Promise<void>;
  /** Fulfilled when all have got so many events each since the last time. Rejects if one got more. */
  received(each: number): Promise<void>;
  close(): Promise<void>;
}

const perProcess = 2_500;

export function startSwarm(mode: Mode, port: number, connections: number): Swarm {
  const children: ChildProcess[] = [];
  for (let from = 0; from < connections; from += perProcess) {
    const count = Math.min(perProcess, connections - from);
    const args = ['--swarm', mode, ...[port, from, count].map(String)];
    children.push(fork(process.argv[1] ?? '', args, { execArgv: [] }));
  }
  const kill = (): void => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', kill);
  let ids = 0;

  function ask(child: ChildProcess, order: SwarmOrder): Promise<number> {
    ids += 1;
    const message: ToSwarm = { id: ids, ...order };
    const answer = new Promise<number>((resolve, reject) => {
      const onMessage = ({ id, surplus, failure }: FromSwarm): void => {
        if (id !== message.id) return;
        child.off('message', onMessage);
        if (failure === undefined) resolve(surplus);
        else reject(new Error(failure));
      };
      child.on('message', onMessage);
      child.send(message);
    });
    return within(patienceMs, `clients: ${order.do}`, answer);
  }

  async function askAll(order: SwarmOrder): Promise<void> {
    const surplus = await Promise.all(children.map((child) => ask(child, order)));
    const most = Math.max(...surplus);
    if (most > 0) throw new Error(`${mode}: ${most} events came that nobody sent`);
  }

  return {
    open: () => askAll({ do: 'open' }),
    cut: () => askAll({ do: 'cut' }),
    received: (each) => askAll({ do: 'received', each }),
    async close() {
      const gone = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
      kill();
      await Promise.all(gone);
      process.off('exit', kill);
    },
  };
}
