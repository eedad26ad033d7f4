/** Plain Socket.IO servers, with what the bodies need of them. Connections belong to a case by `query.key`. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DefaultEventsMap, Server, type ServerOptions, type Socket } from 'socket.io';
import * as msgpack from 'socket.io-msgpack-parser';
import type { Control, Handshake } from './types.ts';

interface Key {
  readonly log: unknown[][];
  readonly handshakes: (() => Handshake)[];
  readonly sockets: Set<Socket>;
  answers: unknown[];
  refuses: boolean;
  readonly held: ServerResponse[];
  readonly waiting: (() => void)[];
  open: boolean;
  flaky: number;
}

export interface CompatServer {
  readonly origin: string;
  readonly otherOrigin: string;
  close(): Promise<void>;
}

const kindOf = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return `bytes ${[...value].join(' ')}`;
  if (Array.isArray(value)) return value.map(kindOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, kindOf(inner)]));
};

export async function startCompatServer(pages: ReadonlyMap<string, string>): Promise<CompatServer> {
  const keys = new Map<string, Key>();
  const keyOf = (name: unknown): Key => {
    const key = String(name);
    const made = keys.get(key) ?? {
      ...{
        log: [],
        handshakes: [],
        sockets: new Set<Socket>(),
        answers: [],
        refuses: false,
        held: [],
        waiting: [],
        open: false,
        flaky: 0,
      },
    };
    keys.set(key, made);
    return made;
  };
  const admit = (key: Key, admits: boolean): number => {
    key.refuses = !admits;
    return 1;
  };
  const sockets = (key: Key): readonly Socket[] => [...key.sockets];
  const verbs: { [Verb in keyof Control]: (key: Key) => Control[Verb] } = {
    log: ({ log }) => log,
    cut: (key) => sockets(key).map(({ conn }) => conn.close()).length,
    kick: (key) => sockets(key).map((socket) => socket.disconnect()).length,
    refuse: (key) => admit(key, false),
    admit: (key) => admit(key, true),
    open(key) {
      key.open = true;
      for (const decide of key.waiting.splice(0)) decide();
      return key.held.splice(0).map(refuse).length;
    },
    handshakes: (key) => key.handshakes.map((tell) => tell()),
    live: (key) => key.sockets.size,
    answers: (key) => key.answers,
  };

  const refuse = (response: ServerResponse) => response.writeHead(404).end('not here');

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://server');
    const verb = url.pathname.slice('/control/'.length) as keyof Control;
    const page = pages.get(url.pathname);
    response.setHeader('cache-control', 'no-store');
    if (page !== undefined) {
      response.setHeader('content-type', url.pathname.endsWith('.js') ? 'text/javascript' : 'text/html').end(page);
    } else if (Object.hasOwn(verbs, verb)) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(verbs[verb](keyOf(url.searchParams.get('key')))));
    } else if (url.pathname.startsWith('/gate')) {
      const key = keyOf(url.searchParams.get('key'));
      if (key.open) refuse(response);
      else key.held.push(response);
    } else refuse(response);
  }

  function serve(io: Server): void {
    io.use((socket, next) => {
      const key = keyOf(socket.handshake.query.key);
      const decide = (): void => {
        const error = Object.assign(new Error('not authorized'), { data: { content: 'Please retry later' } });
        next(key.refuses ? error : undefined);
      };
      if (key.open || !socket.handshake.query.gated) decide();
      else key.waiting.push(decide);
    });
    io.on('connection', (socket) => onConnection(socket, keyOf(socket.handshake.query.key)));
  }

  function onConnection(socket: Socket<DefaultEventsMap, DefaultEventsMap>, key: Key): void {
    const { url = '', headers, auth, query } = { ...socket.handshake, url: socket.handshake.url };
    const first = socket.conn.transport.name;
    key.sockets.add(socket);
    key.handshakes.push(() => {
      return { id: socket.id, url, auth, query, headers, first, transport: socket.conn.transport.name };
    });
    socket.on('disconnect', () => key.sockets.delete(socket));
    if (query.welcome) socket.emit('welcome');
    socket.onAny((name: string, ...args: unknown[]) => {
      key.log.push([name, ...args.filter((arg) => typeof arg !== 'function').map(kindOf)]);
      const ack = args.at(-1);
      const reply = typeof ack === 'function' ? (ack as (...answer: unknown[]) => void) : () => {};
      const rest = typeof ack === 'function' ? args.slice(0, -1) : args;
      if (name === 'echo') reply(...rest);
      else if (name === 'kinds') reply(rest.map(kindOf));
      else if (name === 'late') setTimeout(reply, 300, ...rest);
      else if (name === 'push') socket.emit(String(rest[0]), ...rest.slice(1));
      else if (name === 'around') {
        socket.emit(String(rest[0]), ...rest.slice(1));
        reply();
        socket.emit(String(rest[0]), ...rest.slice(1));
      } else if (name === 'flaky') {
        key.flaky += 1;
        if (key.flaky % 3 === 0) reply('third');
      } else if (name === 'ask') {
        socket.emit(String(rest[0]), ...rest.slice(1), (...answers: unknown[]) =>
          key.answers.push(answers.map(kindOf)),
        );
      } else if (name === 'cut') socket.conn.close();
      else if (name === 'kick') socket.disconnect();
    });
  }

  const [web, other] = [createServer(answer), createServer(answer)];
  const all: Partial<ServerOptions> = { cors: { origin: true, credentials: true }, serveClient: false };
  const servers = [
    new Server({ ...all, path: '/socket.io' }),
    new Server({ ...all, path: '/other' }),
    new Server({ ...all, path: '/noslash', addTrailingSlash: false }),
    new Server({ ...all, path: '/pollonly', transports: ['polling'] }),
    new Server({ ...all, path: '/msgpack', parser: msgpack }),
    new Server({ ...all, path: '/recovering', connectionStateRecovery: {} }),
  ];
  for (const io of servers) {
    serve(io);
    io.attach(web);
    io.attach(other);
  }
  const ports = [web, other].map(
    (server) =>
      new Promise<number>((done) => {
        server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port));
      }),
  );
  const [port, otherPort] = await Promise.all(ports);
  return {
    origin: `http://127.0.0.1:${port}`,
    otherOrigin: `http://127.0.0.1:${otherPort}`,
    async close() {
      for (const server of [web, other]) server.closeAllConnections();
      for (const io of servers) io.disconnectSockets(true);
      await Promise.all([web, other].map((server) => new Promise((done) => server.close(done))));
    },
  };
}
