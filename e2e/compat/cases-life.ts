/** Connecting, losing the connection, coming back. */
import type { Socket } from 'socket.io-client';
import type { Case } from './types.ts';

const look = (socket: Socket): unknown[] => [
  socket.connected,
  socket.disconnected,
  socket.active,
  typeof socket.id,
  Boolean(socket.recovered),
];
/** What the connection says, in order, and how the socket looks in that moment. */
function story(socket: Socket): unknown[] {
  const told: unknown[] = [];
  socket.on('connect', () => told.push(['connect', ...look(socket)]));
  socket.on('disconnect', (reason) => told.push([reason, ...look(socket)]));
  return told;
}
const up = [true, false, true, 'string', false];
const down = [false, true, true, 'undefined', false];
const out = [false, true, false, 'undefined', false];

export const lifeCases: readonly Case[] = [
  {
    rows: [
      'connected',
      'disconnected',
      'active',
      'id',
      'connect',
      'disconnect',
      'open',
      'close',
      'event connect',
      'event disconnect',
      'option autoConnect',
    ],
    what: 'before, while and after it is connected, and again; without autoConnect only when told to',
    options: () => ({ autoConnect: false }),
    async run({ socket, connected, until, server }) {
      const told = story(socket);
      const before = look(socket);
      socket.connect();
      await connected();
      await until(() => told.length === 1);
      const { length } = (await server('handshakes')).filter(({ id }) => id === socket.id);
      socket.disconnect();
      const between = look(socket);
      socket.open();
      await connected();
      socket.close();
      return [before, length, between, told];
    },
    expected: [
      out,
      1,
      out,
      [
        ['connect', ...up],
        ['io client disconnect', ...out],
        ['connect', ...up],
        ['io client disconnect', ...out],
      ],
    ],
  },
  {
    rows: ['event connect', 'active', 'option autoConnect'],
    what: 'by default it connects without being asked',
    async run({ socket, connected }) {
      const { active } = socket;
      await connected();
      return active;
    },
    expected: true,
  },
  {
    rows: ['connect', 'option autoConnect'],
    what: 'connect() of one that is connected or connecting changes nothing',
    async run({ socket, connected, server }) {
      socket.connect();
      const told = story(socket);
      await connected();
      socket.connect();
      await socket.emitWithAck('echo');
      return [told, (await server('handshakes')).length];
    },
    expected: [[['connect', ...up]], 1],
  },
  {
    rows: ['event disconnect', 'active'],
    what: 'the server disconnects: `io server disconnect`, and only connect() brings it back',
    async run({ socket, connected, until, server }) {
      await connected();
      const told = story(socket);
      await server('kick');
      await until(() => told.length === 1);
      const live = await server('live');
      socket.connect();
      await until(() => told.length === 2);
      return [told, live, (await server('handshakes')).length];
    },
    expected: [
      [
        ['io server disconnect', ...out],
        ['connect', ...up],
      ],
      0,
      2,
    ],
  },
  {
    rows: ['event disconnect', 'connect'],
    what: 'connect() inside the handler of `disconnect`',
    async run({ socket, connected, until, server }) {
      await connected();
      const told = story(socket);
      socket.on('disconnect', () => socket.connect());
      await server('kick');
      await until(() => told.length === 2);
      return told;
    },
    expected: [
      ['io server disconnect', ...out],
      ['connect', ...up],
    ],
  },
  {
    rows: ['event connect_error', 'active', 'connect'],
    what: 'a middleware refuses: its message and data; only connect() tries again',
    options: () => ({ autoConnect: false, query: { gated: '1' } }),
    async run({ socket, connected, until, placed, server }) {
      await server('refuse');
      const told: unknown[] = [];
      socket.on('connect_error', (error) => {
        const { data } = error as { readonly data?: unknown };
        told.push([error instanceof Error, error.message, data, ...look(socket)]);
      });
      socket.connect();
      await placed();
      await server('open');
      await until(() => told.length === 1);
      await server('admit');
      socket.connect();
      await connected();
      return told;
    },
    expected: [[true, 'not authorized', { content: 'Please retry later' }, ...out]],
  },
  {
    rows: ['event connect_error', 'auth'],
    what: 'after a refusal the handler sets another `auth` and connects',
    options: () => ({ autoConnect: false, auth: { token: 'old' }, query: { gated: '1' } }),
    async run({ socket, connected, placed, server }) {
      await server('refuse');
      socket.once('connect_error', async () => {
        await server('admit');
        socket.auth = { token: 'new' };
        socket.connect();
      });
      socket.connect();
      await placed();
      await server('open');
      await connected();
      return (await server('handshakes')).map(({ auth }) => auth);
    },
    expected: [{ token: 'new' }],
  },
  {
    rows: ['auth', 'option auth'],
    what: 'an object, and what is changed in it or set instead, at each connection',
    options: () => ({ auth: { token: 'first' } }),
    async run({ socket, connected, server }) {
      await connected();
      (socket.auth as { token: string }).token = 'changed';
      socket.disconnect().connect();
      await connected();
      socket.auth = (answer) => answer({ token: 'set' });
      socket.disconnect().connect();
      await connected();
      return [(await server('handshakes')).map(({ auth }) => auth).at(-1), typeof socket.auth];
    },
    targets: ['socket.io-client', 'leader'],
    expected: [{ token: 'set' }, 'function'],
  },
  {
    rows: ['option auth'],
    what: 'a function that answers later',
    options: () => ({ auth: (answer: (data: object) => void) => setTimeout(answer, 0, { token: 'late' }) }),
    async run({ connected, server }) {
      await connected();
      return (await server('handshakes')).map(({ auth }) => auth);
    },
    expected: [{ token: 'late' }],
  },
  {
    rows: ['io', 'sendBuffer', 'receiveBuffer'],
    what: 'is there, or says that it can not be had',
    run: ({ socket }) =>
      (['io', 'sendBuffer', 'receiveBuffer'] as const).map((name) => {
        try {
          return typeof socket[name];
        } catch (error) {
          return (error as { readonly code?: string }).code;
        }
      }),
    expected: ['object', 'object', 'object'],
    expectedOfOurs: ['not_supported', 'not_supported', 'not_supported'],
  },
  {
    rows: ['recovered'],
    what: "with Socket.IO's connection state recovery",
    options: () => ({ path: '/recovering', reconnectionDelay: 20 }),
    async run({ socket, connected, server, until }) {
      await connected();
      const { id } = socket;
      let heard = 0;
      let connects = 0;
      socket.on('news', () => {
        heard += 1;
      });
      socket.on('connect', () => {
        connects += 1;
      });
      socket.emit('push', 'news', 1);
      await until(() => heard === 1);
      await server('cut');
      await until(() => connects === 1);
      return [Boolean(socket.recovered), socket.id === id];
    },
    expected: [true, true],
    expectedOfOurs: [false, false],
  },
  {
    rows: ['recovered'],
    what: 'false after a connection of its own server without recovery',
    options: () => ({ reconnectionDelay: 20 }),
    async run({ socket, connected, server, until }) {
      await connected();
      const { id } = socket;
      await server('cut');
      await until(() => socket.connected && socket.id !== id);
      return Boolean(socket.recovered);
    },
    expected: false,
  },
  {
    rows: ['event disconnect', 'active', 'connected', 'id', 'option reconnection'],
    what: 'the network ends the connection: `transport close`, and it comes back by itself with another id',
    options: () => ({ reconnectionDelay: 20 }),
    async run({ socket, connected, until, server }) {
      await connected();
      const { id } = socket;
      const told = story(socket);
      await server('cut');
      await until(() => told.length === 2);
      return [told, id === socket.id, await socket.emitWithAck('echo', 1)];
    },
    expected: [
      [
        ['transport close', ...down],
        ['connect', ...up],
      ],
      false,
      1,
    ],
  },
  {
    rows: ['option reconnection'],
    what: 'false: what is lost stays lost until connect()',
    options: () => ({ reconnection: false }),
    async run({ socket, connected, until, server, reference }) {
      await connected();
      const other = reference({ reconnection: true, reconnectionDelay: 200 });
      await until(() => other.connected);
      const told = story(socket);
      const back = new Promise<void>((done) => other.on('connect', done));
      await server('cut');
      await back;
      const names = told.map((entry) => (entry as unknown[])[0]);
      socket.connect();
      await connected();
      return [names, told.length];
    },
    expected: [['transport close'], 2],
  },
];
