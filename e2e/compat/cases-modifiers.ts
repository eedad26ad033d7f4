/** `timeout`, `volatile`, `compress`, and who hears what goes out. */
import type { Case } from './types.ts';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : `no error: ${String(error)}`);

export const modifierCases: readonly Case[] = [
  {
    rows: ['timeout', 'emitWithAck', 'words of errors'],
    what: 'without an answer in time: an error in the same words; what comes later is dropped',
    async run({ socket, connected, until }) {
      await connected();
      const got: unknown[] = [];
      socket.timeout(50).emit('late', 1, (...args: unknown[]) => got.push(args.map(messageOf)));
      got.push(await socket.timeout(50).emitWithAck('late', 2).catch(messageOf));
      let after = 0;
      socket.emit('late', () => {
        after += 1;
      });
      await until(() => after === 1);
      await socket.emitWithAck('echo');
      return got;
    },
    expected: [['operation has timed out'], 'operation has timed out'],
  },
  {
    rows: ['timeout'],
    what: 'with an answer in time: null, then the answer',
    async run({ socket, connected, until }) {
      await connected();
      let got: unknown;
      socket.timeout(5_000).emit('echo', 1, 2, (...args: unknown[]) => {
        got = args;
      });
      await until(() => got);
      return [got, await socket.timeout(5_000).emitWithAck('echo', 3)];
    },
    expected: [[null, 1, 2], 3],
  },
  {
    rows: ['timeout', 'buffering while disconnected'],
    what: 'what timed out before the connection is not sent later',
    options: () => ({ autoConnect: false }),
    async run({ socket, connected, server }) {
      const early = await socket.timeout(20).emitWithAck('never').catch(messageOf);
      socket.emit('kept');
      socket.connect();
      await connected();
      await socket.emitWithAck('echo');
      return [early, await server('log')];
    },
    expected: ['operation has timed out', [['kept'], ['echo']]],
  },
  {
    rows: ['volatile'],
    what: 'is sent when it can be, dropped when there is no connection',
    options: () => ({ autoConnect: false }),
    async run({ socket, connected, until, server }) {
      socket.volatile.emit('lost');
      const late = await socket.volatile.timeout(20).emitWithAck('lost too').catch(messageOf);
      socket.connect();
      await connected();
      await until(async () => {
        socket.volatile.emit('sent');
        return (await server('log')).length > 0;
      });
      await socket.emitWithAck('echo');
      return [late, [...new Set((await server('log')).map(([name]) => name))]];
    },
    expected: ['operation has timed out', ['sent', 'echo']],
  },
  {
    rows: ['volatile', 'compress', 'timeout'],
    what: 'a mark in a statement of its own',
    options: () => ({ autoConnect: false }),
    async run({ socket, connected, server }) {
      const marked = socket.volatile;
      socket.emit('behind');
      marked.emit('through it');
      socket.connect();
      await connected();
      await socket.emitWithAck('echo');
      return (await server('log')).map(([name]) => name);
    },
    // There the mark is the socket's, and holds for the next emit, whichever it is.
    expected: ['through it', 'echo'],
    expectedOfOurs: ['behind', 'echo'],
  },
  {
    rows: ['compress'],
    what: 'changes nothing of what arrives',
    async run({ socket, connected }) {
      await connected();
      return [
        await socket
          .compress(false)
          .emitWithAck('echo', 'a'.repeat(2_000))
          .then((text: string) => text.length),
        await socket.compress(true).timeout(5_000).emitWithAck('echo', 1),
      ];
    },
    expected: [2_000, 1],
  },
  {
    rows: ['onAnyOutgoing', 'prependAnyOutgoing', 'offAnyOutgoing', 'listenersAnyOutgoing'],
    what: 'hear what goes out, when it goes out, without the acknowledgement',
    async run({ socket, connected, until }) {
      const heard: unknown[] = [];
      const second = (...args: unknown[]): void => void heard.push(['second', ...args]);
      const first = (...args: unknown[]): void => void heard.push(['first', ...args]);
      socket.onAnyOutgoing(second);
      socket.prependAnyOutgoing(first);
      const listed = socket.listenersAnyOutgoing().map((listener) => [first, second].indexOf(listener));
      socket.emit('early', 1);
      const before = heard.length;
      await connected();
      await until(() => heard.length === 2);
      socket.offAnyOutgoing(first);
      await socket.emitWithAck('echo', 2);
      socket.offAnyOutgoing();
      await socket.emitWithAck('echo', 3);
      return [listed, before, heard, socket.listenersAnyOutgoing().length];
    },
    expected: [
      [0, 1],
      0,
      [
        ['first', 'early', 1],
        ['second', 'early', 1],
        ['second', 'echo', 2],
      ],
      0,
    ],
  },
];
