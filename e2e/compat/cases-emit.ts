/** Emitting: order, acknowledgements, modifiers, words of errors. */
import type { Case } from './types.ts';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : `no error: ${String(error)}`);
const reserved = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'];

export const emitCases: readonly Case[] = [
  {
    rows: ['emit', 'order of emits'],
    what: 'emits arrive in order, whether they ask for an acknowledgement or not',
    async run({ socket, connected, until, server }) {
      await connected();
      let acks = 0;
      for (let n = 0; n < 20; n += 1) {
        if (n % 3 === 0)
          socket.emit('echo', n, () => {
            acks += 1;
          });
        else socket.emit('n', n);
      }
      await until(() => acks === 7);
      await socket.emitWithAck('echo', 'last');
      return (await server('log')).map(([, n]) => n);
    },
    expected: [...Array.from({ length: 20 }, (_, n) => n), 'last'],
  },
  {
    rows: ['emit', 'buffering before the connection'],
    what: 'what is emitted before the connection goes out with it, before what `connect` emits',
    async run({ socket, connected, server }) {
      socket.on('connect', () => socket.emit('third'));
      socket.emit('first');
      socket.emit('second', 2);
      await connected();
      await socket.emitWithAck('echo');
      return server('log');
    },
    expected: [['first'], ['second', 2], ['third'], ['echo']],
  },
  {
    rows: ['emit', 'buffering while disconnected'],
    what: 'what is emitted while the connection is lost goes out when it is back, once and in order',
    async run({ socket, connected, until, server }) {
      await connected();
      let connects = 0;
      const answers: unknown[] = [];
      socket.on('connect', () => {
        connects += 1;
      });
      socket.once('disconnect', () => {
        socket.emit('a', 1);
        socket.emit('echo', 2, (answer: unknown) => answers.push(answer));
        socket.emit('b', 3);
      });
      await server('cut');
      await until(() => connects === 1 && answers.length === 1);
      await socket.emitWithAck('echo', 'last');
      return [answers, await server('log')];
    },
    expected: [
      [2],
      [
        ['a', 1],
        ['echo', 2],
        ['b', 3],
        ['echo', 'last'],
      ],
    ],
  },
  {
    rows: ['emit', 'send', 'connect', 'open', 'off', 'compress', 'volatile', 'timeout'],
    what: 'what sends, connects, takes away or modifies can be chained',
    async run({ socket, connected, server }) {
      await connected();
      socket.emit('a').send('b').connect().open().off('none').emit('c');
      socket.compress(true).emit('d').volatile.emit('e');
      await socket.timeout(5_000).emitWithAck('echo');
      // Whether a volatile one goes out right behind another depends on the moment.
      return (await server('log')).map(([name]) => name).filter((name) => name !== 'e');
    },
    expected: ['a', 'message', 'c', 'd', 'echo'],
  },
  {
    rows: ['send'],
    what: 'sends `message` with all arguments',
    async run({ socket, connected, server }) {
      await connected();
      socket.send('hello', 2, { three: 3 });
      await socket.emitWithAck('echo');
      return server('log');
    },
    expected: [['message', 'hello', 2, { three: 3 }], ['echo']],
  },
  {
    rows: ['emit', 'emitWithAck'],
    what: 'reserved names are refused',
    async run({ socket }) {
      const said: string[] = [];
      for (const name of reserved) {
        try {
          socket.emit(name);
        } catch (error) {
          said.push(messageOf(error));
        }
        said.push(await socket.emitWithAck(name).catch(messageOf));
      }
      return said;
    },
    expected: reserved.flatMap((name) => Array.from({ length: 2 }, () => `"${name}" is a reserved event name`)),
  },
  {
    rows: ['emit'],
    what: 'an acknowledgement gets all that the server answers, with the socket as `this`',
    async run({ socket, connected, until }) {
      await connected();
      let got: unknown;
      socket.emit('echo', 1, 'two', { three: [3] }, function (this: unknown, ...args: unknown[]) {
        got = [this === socket, ...args];
      });
      await until(() => got);
      return got;
    },
    expected: [true, 1, 'two', { three: [3] }],
  },
  {
    rows: ['emitWithAck'],
    what: 'brings the first argument of the answer',
    async run({ socket, connected }) {
      const early = socket.emitWithAck('echo', 'early');
      await connected();
      return [await early, await socket.emitWithAck('echo', 1, 2), await socket.emitWithAck('echo')];
    },
    expected: ['early', 1, 'undefined'],
  },
  {
    rows: ['emitWithAck', 'emit', 'words of errors', 'acknowledgements on disconnect'],
    what: 'when the connection is lost: an error for who can get one, after `disconnect`',
    async run({ socket, connected, until, server }) {
      await connected();
      const got: unknown[] = [];
      socket.on('disconnect', (reason) => got.push(reason));
      socket.emit('silence', () => got.push('never'));
      socket.timeout(9_000).emit('silence', (error: unknown) => got.push(messageOf(error), socket.connected));
      const rejected = socket.emitWithAck('silence').catch(messageOf);
      await until(async () => (await server('log')).length === 3);
      await server('cut');
      got.push(await rejected);
      return got;
    },
    expected: ['transport close', 'socket has been disconnected', false, 'socket has been disconnected'],
  },
  {
    rows: ['disconnect', 'close', 'acknowledgements on disconnect'],
    what: 'disconnect() of this socket does the same',
    async run({ socket, connected, until, server }) {
      await connected();
      const got: unknown[] = [];
      socket.on('disconnect', (reason) => got.push(reason));
      const rejected = socket.emitWithAck('silence').catch(messageOf);
      await until(async () => (await server('log')).length === 1);
      socket.close();
      got.push(await rejected);
      return got;
    },
    expected: ['io client disconnect', 'socket has been disconnected'],
  },
  {
    rows: ['emit'],
    what: 'seventeen arguments',
    async run({ socket, connected, server }) {
      await connected();
      try {
        socket.emit('many', ...Array.from({ length: 17 }, (_, n) => n));
        await socket.emitWithAck('echo');
        return (await server('log'))[0]?.length;
      } catch (error) {
        return (error as { readonly code?: string }).code;
      }
    },
    expected: 18,
    expectedOfOurs: 'too_many_arguments',
  },
];
