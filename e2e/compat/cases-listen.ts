/** Listening. */
import type { Case } from './types.ts';

export const listenCases: readonly Case[] = [
  {
    rows: ['on', 'addEventListener'],
    what: 'a listener gets the arguments of the server, each time, with the socket as `this`',
    async run({ socket, connected, until }) {
      const heard: unknown[] = [];
      socket.on('news', function (this: unknown, ...args: unknown[]) {
        heard.push([this === socket, ...args]);
      });
      (socket as unknown as { addEventListener: typeof socket.on }).addEventListener('news', () => heard.push('alias'));
      await connected();
      socket.emit('push', 'news', 1, { two: [2, null] }, 'three');
      socket.emit('push', 'news');
      await until(() => heard.length === 4);
      return heard;
    },
    expected: [[true, 1, { two: [2, null] }, 'three'], 'alias', [true], 'alias'],
  },
  {
    rows: ['once'],
    what: 'hears one event, and can be taken away before',
    async run({ socket, connected, until }) {
      const heard: unknown[] = [];
      const taken = (): void => void heard.push('taken');
      socket.once('news', (n) => heard.push(n));
      socket.once('news', taken);
      socket.off('news', taken);
      socket.on('end', () => heard.push('end'));
      await connected();
      for (const n of [1, 2]) socket.emit('push', 'news', n);
      socket.emit('push', 'end');
      await until(() => heard.includes('end'));
      return [heard, socket.hasListeners('news')];
    },
    expected: [[1, 'end'], false],
  },
  {
    rows: ['off', 'removeListener', 'removeEventListener', 'removeAllListeners'],
    what: 'take away one listener, one of two equal ones, those of a name, or all',
    async run({ socket, connected, until }) {
      const heard: string[] = [];
      const [a, b, c] = ['a', 'b', 'c'].map((name) => () => void heard.push(name)) as [
        () => void,
        () => void,
        () => void,
      ];
      for (const listener of [a, a, b, c]) socket.on('news', listener);
      socket.on('other', a);
      socket.off('news', a);
      socket.removeListener('news', b);
      (socket as unknown as { removeEventListener: typeof socket.off }).removeEventListener('news', b);
      (socket.off as (name: unknown) => void)(undefined);
      await connected();
      socket.on('end', () => heard.push('end'));
      socket.emit('push', 'news').emit('push', 'end');
      await until(() => heard.includes('end'));
      socket.removeAllListeners('news');
      socket.off('none', c);
      const left = ['news', 'other', 'end'].map((name) => socket.hasListeners(name));
      socket.removeAllListeners();
      return [heard, left, socket.hasListeners('other')];
    },
    expected: [['a', 'c', 'end'], [false, true, true], false],
  },
  {
    rows: ['listeners', 'hasListeners'],
    what: 'tell the listeners of a name, in order',
    run({ socket }) {
      const [a, b] = [() => {}, () => {}];
      socket.on('news', a);
      socket.on('news', b);
      const order = socket.listeners('news').map((listener) => [a, b].indexOf(listener));
      return [order, socket.listeners('none'), socket.hasListeners('news'), socket.hasListeners('none')];
    },
    expected: [[0, 1], [], true, false],
  },
  {
    rows: ['onAny', 'prependAny', 'offAny', 'listenersAny'],
    what: 'hear every event of the server with its name, before the listeners of that name',
    async run({ socket, connected, until }) {
      const heard: unknown[] = [];
      const [first, second] = ['first', 'second'].map(
        (name) =>
          (...args: unknown[]) =>
            void heard.push([name, ...args]),
      ) as [() => void, () => void];
      socket.on('news', () => heard.push('named'));
      socket.onAny(second);
      socket.prependAny(first);
      const listed = socket.listenersAny().map((listener) => [first, second].indexOf(listener));
      await connected();
      socket.emit('push', 'news', 1, 2);
      await until(() => heard.includes('named'));
      socket.offAny(first);
      socket.emit('push', 'other');
      await until(() => heard.length === 4);
      return [listed, heard, socket.listenersAny().length, socket.offAny().listenersAny().length];
    },
    expected: [[0, 1], [['first', 'news', 1, 2], ['second', 'news', 1, 2], 'named', ['second', 'other']], 1, 0],
  },
  {
    rows: ['on', 'once', 'onAny', 'prependAny', 'onAnyOutgoing', 'prependAnyOutgoing'],
    what: 'adding a listener gives the socket, or its own undo',
    run({ socket }) {
      const given = [socket.on('news', () => {}), socket.once('news', () => {})] as unknown[];
      given.push(
        socket.onAny(() => {}),
        socket.prependAny(() => {}),
      );
      given.push(
        socket.onAnyOutgoing(() => {}),
        socket.prependAnyOutgoing(() => {}),
      );
      for (const undo of given) if (typeof undo === 'function') undo();
      const left =
        socket.listeners('news').length + socket.listenersAny().length + socket.listenersAnyOutgoing().length;
      return [given.every((one) => one === socket), left];
    },
    expected: [true, 6],
    expectedOfOurs: [false, 0],
  },
  {
    rows: ['listeners', 'listenersAny', 'listenersAnyOutgoing'],
    what: 'what is done to the array',
    run({ socket }) {
      socket.on('news', () => {});
      socket.onAny(() => {});
      socket.onAnyOutgoing(() => {});
      const lists = () => [socket.listeners('news'), socket.listenersAny(), socket.listenersAnyOutgoing()];
      for (const list of lists()) list.pop();
      return lists().map(({ length }) => length);
    },
    expected: [0, 0, 0],
    expectedOfOurs: [1, 1, 1],
  },
  {
    rows: ['packets sent when a client connects'],
    what: 'reach a socket that comes second',
    options: () => ({ query: { welcome: '1' } }),
    async run({ socket, open, connected, until }) {
      await connected();
      for (const n of [1, 2]) await socket.emitWithAck('echo', n);
      const second = open();
      let welcomes = 0;
      second.on('welcome', () => {
        welcomes += 1;
      });
      await until(() => second.connected);
      await socket.emitWithAck('echo');
      await second.emitWithAck('echo');
      return welcomes;
    },
    expected: 1,
    expectedOfOurs: 0,
  },
  {
    rows: ['server asks for an acknowledgement'],
    what: 'the server gets one answer',
    prepare: (socket) => {
      socket.on('question', (n: number, reply: (...answer: unknown[]) => void) => reply('yes', n, new Uint8Array([7])));
    },
    async run({ socket, connected, until, server }) {
      let asked = 0;
      socket.onAny((name: string, ...args: unknown[]) => {
        if (name === 'question') asked += typeof args.at(-1) === 'function' ? 1 : 100;
      });
      await connected();
      for (const n of [1, 2]) socket.emit('ask', 'question', n);
      await until(async () => asked === 2 && (await server('answers')).length === 2);
      // Whoever else might answer has had the time for it.
      await socket.emitWithAck('echo');
      return server('answers');
    },
    expected: [
      ['yes', 1, 'bytes 7'],
      ['yes', 2, 'bytes 7'],
    ],
  },
  {
    rows: ['a listener that throws'],
    what: 'does not keep the others from the event',
    async run({ socket, connected, until }) {
      const heard: string[] = [];
      const swallow = (event: Event): void => event.preventDefault();
      addEventListener('error', swallow);
      socket.on('news', () => {
        throw new Error('of a listener, on purpose');
      });
      socket.on('news', () => heard.push('second'));
      socket.on('end', () => heard.push('end'));
      await connected();
      socket.emit('push', 'news').emit('push', 'end');
      await until(() => heard.includes('end'));
      removeEventListener('error', swallow);
      return heard;
    },
    expected: ['end'],
    expectedOfOurs: ['second', 'end'],
  },
];
