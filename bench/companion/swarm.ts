/** Clients by the thousand, in processes of their own. */
import { type ChildProcess, fork } from 'node:child_process';
import { within } from '../waits.ts';
import type { Mode } from './attach.ts';
import { patienceMs } from './server-process.ts';
import type { FromSwarm, SwarmOrder, ToSwarm } from './swarm-process.ts';

export interface Swarm {
  /** Fulfilled with how many Socket.IO did not recover, of those that had been there before. */
  open(): Promise<number>;
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
      const onMessage = ({ id, excess, failure }: FromSwarm): void => {
        if (id !== message.id) return;
        child.off('message', onMessage);
        if (failure === undefined) resolve(excess);
        else reject(new Error(failure));
      };
      child.on('message', onMessage);
      child.send(message);
    });
    return within(patienceMs, `clients: ${order.do}`, answer);
  }

  async function askAll(order: SwarmOrder): Promise<number> {
    const excess = await Promise.all(children.map((child) => ask(child, order)));
    return excess.reduce((sum, each) => sum + each, 0);
  }

  return {
    open: () => askAll({ do: 'open' }),
    async cut() {
      await askAll({ do: 'cut' });
    },
    async received(each) {
      const excess = await askAll({ do: 'received', each });
      if (excess > 0) throw new Error(`${mode}: ${excess} events came that nobody sent`);
    },
    async close() {
      const gone = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
      kill();
      await Promise.all(gone);
      process.off('exit', kill);
    },
  };
}
