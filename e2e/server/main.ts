/**
 * The server under test, a process of its own so that it can be killed.
 * Argument: `ServerOptions` as JSON. Prints `{port, control}`, then obeys HTTP on `control`.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { serveCompanion } from './companion.ts';
import { observe } from './observe.ts';
import { servePlainly } from './plain.ts';
import { createPublisher } from './publisher.ts';
import type { ControlApi, Publish, ServerOptions } from './types.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as ServerOptions;
const web = createServer();
const io = new Server(web, { cors: { origin: true, credentials: true } });
const observed = observe(io);
const runsById: Record<string, number> = {};
const runsByKey: Record<string, number> = {};

function ran(id: string, key: string) {
  runsById[id] = (runsById[id] ?? 0) + 1;
  runsByKey[key] = (runsByKey[key] ?? 0) + 1;
  // Known outside at once: this process may be killed in the next moment.
  console.log(JSON.stringify({ ran: id, key }));
}

const companion = options.mode === 'companion' ? await serveCompanion(io, options, ran) : null;
type Emit = (job: Publish, n: number) => unknown;
const emitters = new Map<string, Emit>([['/', companion ? companion.publish : servePlainly(io, ran)]]);
for (const name of options.namespaces ?? []) {
  const namespace = io.of(name);
  emitters.set(
    name,
    companion ? (await serveCompanion(namespace, options, ran)).publish : servePlainly(namespace, ran),
  );
}
const publisher = createPublisher((job, n) => emitters.get(job.namespace ?? '/')?.(job, n));

const verbs: { [Verb in keyof ControlApi]: (args: ControlApi[Verb]['args']) => unknown } = {
  state: () => ({
    sessions: observed.sessions,
    rawEver: observed.raw.ever,
    rawNow: observed.raw.now,
    received: observed.received,
    runsById,
    runsByKey,
    published: publisher.published,
    publishing: publisher.busy,
    tampered: observed.tampered,
  }),
  publish: (job) => publisher.run(job),
  append: (args) => companion?.append(args),
  tamper: ({ type, how }) => observed.tamper(type, how),
  heal: () => observed.heal(),
  disconnect: () => {
    for (const raw of observed.raw.live) raw.close();
  },
  loseLog: () => companion?.loseLog(),
  release: () => companion?.release(),
  refuse: (args) => companion?.refuse(args),
  shutDown: () => {
    publisher.stop();
    companion?.close();
    void io.close(() => process.exit(0));
  },
  question: ({ type }) =>
    io
      .timeout(2_000)
      .emitWithAck(type, {})
      .then(
        (answers) => ({ answers }),
        ({ responses }: { responses: unknown[] }) => ({ answers: responses }),
      ),
  list: ({ user }) => companion?.list(user),
};

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : JSON.parse(text);
}

const control = createServer(async (request, response) => {
  const verb = (request.url ?? '').slice(1) as keyof ControlApi;
  const args = await bodyOf(request);
  const answer = await (verbs[verb] as (args: unknown) => unknown)(args);
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer ?? {}));
});

await new Promise<void>((done) => web.listen(options.port, '127.0.0.1', done));
await new Promise<void>((done) => control.listen(0, '127.0.0.1', done));
const portOf = (server: typeof web) => (server.address() as AddressInfo).port;
console.log(JSON.stringify({ port: portOf(web), control: portOf(control) }));
// Whoever started this process may die without a word.
process.stdin.on('end', () => process.exit(0)).resume();
