/** Starts the test server as a process of its own and speaks its control API. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ControlApi, Publish, ServerOptions, ServerState } from '../server/types.ts';

export interface TestServer {
  readonly port: number;
  state(): Promise<ServerState>;
  publish(job: Publish): Promise<void>;
  ask<Verb extends keyof ControlApi>(verb: Verb, args: ControlApi[Verb]['args']): Promise<ControlApi[Verb]['answer']>;
  /** SIGKILL, then a new process on the same port: everything it remembered is gone. */
  restart(): Promise<void>;
  kill(): Promise<void>;
  /** As a deployment ends it: the server closes its connections and exits. */
  shutDown(): Promise<void>;
  /** Again after `kill()` or `shutDown()`. */
  revive(): Promise<void>;
  /** How often handlers took effect, by the caller's key: in all processes so far. */
  readonly runsByKey: Readonly<Record<string, number>>;
  /** Whether it ended by itself, and what it said. */
  readonly failure: string | null;
  close(): Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly control: number;
}

export async function startServer(program: string, options: Omit<ServerOptions, 'port'>): Promise<TestServer> {
  let failure: string | null = null;
  let toldToEnd = false;
  const runsByKey: Record<string, number> = {};
  let running = await run(0);

  async function run(port: number): Promise<Running> {
    const args = ['--enable-source-maps', program, JSON.stringify({ ...options, port } satisfies ServerOptions)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const errors: string[] = [];
    child.stderr.on('data', (chunk) => errors.push(String(chunk)));
    child.on('exit', (code, signal) => {
      if (signal !== 'SIGKILL' && !(toldToEnd && code === 0))
        failure = `the server ended with ${code ?? signal}:\n${errors.join('')}`;
    });
    const lines = createInterface({ input: child.stdout });
    const line = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [null])]);
    if (typeof line[0] !== 'string') throw new Error(failure ?? errors.join(''));
    const ports = JSON.parse(line[0]) as { port: number; control: number };
    lines.on('line', (text) => {
      const { key } = JSON.parse(text) as { key: string };
      runsByKey[key] = (runsByKey[key] ?? 0) + 1;
    });
    return { child, ...ports };
  }
  async function ask<Verb extends keyof ControlApi>(
    verb: Verb,
    args: ControlApi[Verb]['args'],
  ): Promise<ControlApi[Verb]['answer']> {
    const answer = await fetch(`http://127.0.0.1:${running.control}/${verb}`, {
      method: 'POST',
      body: JSON.stringify(args),
    });
    if (!answer.ok) throw new Error(`${verb}: ${answer.status}`);
    return (await answer.json()) as ControlApi[Verb]['answer'];
  }
  async function kill() {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  async function shutDown() {
    toldToEnd = true;
    const gone = once(running.child, 'exit');
    await ask('shutDown', {});
    await gone;
  }
  async function revive() {
    toldToEnd = false;
    running = await run(running.port);
  }

  return {
    get port() {
      return running.port;
    },
    get failure() {
      return failure;
    },
    runsByKey,
    ask,
    state: () => ask('state', {}),
    publish: async (job) => {
      await ask('publish', job);
    },
    restart: async () => {
      await kill();
      await revive();
    },
    kill,
    shutDown,
    revive,
    close: kill,
  };
}
