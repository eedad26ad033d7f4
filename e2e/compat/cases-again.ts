/** Trying again: to connect, and to send. */
import type { Case } from './types.ts';

export const againCases: readonly Case[] = [
  {
    rows: ['event connect_error', 'active', 'option reconnectionAttempts'],
    what: 'no transport: the words of the transport, one error per try, no more tries than allowed',
    options: () => ({ path: '/gate', transports: ['polling'], reconnectionAttempts: 2, reconnectionDelay: 10 }),
    async run({ socket, until, placed, server, reference }) {
      const told: unknown[] = [];
      socket.on('connect_error', (error) => told.push(error.message));
      await placed();
      await server('open');
      await until(() => told.length === 3);
      // As long as another one takes for more tries.
      let tries = 0;
      reference({ reconnectionAttempts: 5 }).on('connect_error', () => {
        tries += 1;
      });
      await until(() => tries === 5);
      return [told, socket.active];
    },
    unconnected: true,
    expected: [['xhr poll error', 'xhr poll error', 'xhr poll error'], true],
    expectedOfOurs: [['xhr poll error', 'xhr poll error', 'xhr poll error'], false],
  },
  {
    rows: ['option reconnectionDelay', 'option reconnectionDelayMax'],
    what: 'a small delay, or a small upper bound, comes back before a large one',
    options: () => ({ reconnectionDelay: 5_000, reconnectionDelayMax: 20, randomizationFactor: 0 }),
    async run({ socket, connected, until, server, reference }) {
      await connected();
      const other = reference({ reconnectionDelay: 3_000, reconnectionDelayMax: 5_000 });
      await until(() => other.connected);
      const order: string[] = [];
      socket.on('connect', () => order.push('subject'));
      other.on('connect', () => order.push('reference'));
      await server('cut');
      await until(() => order.length === 2);
      return order;
    },
    expected: ['subject', 'reference'],
  },
  {
    rows: ['option retries', 'option ackTimeout'],
    what: 'what is not acknowledged in time is sent again, one at a time, in order',
    options: () => ({ retries: 3, ackTimeout: 2_000 }),
    async run({ socket, connected, until, server }) {
      await connected();
      const got: unknown[] = [];
      socket.emit('flaky', 1, (...args: unknown[]) => got.push(args));
      socket.emit('echo', 2, (...args: unknown[]) => got.push(args));
      await until(() => got.length === 2);
      return [got, await server('log')];
    },
    expected: [
      [
        [null, 'third'],
        [null, 2],
      ],
      [
        ['flaky', 1],
        ['flaky', 1],
        ['flaky', 1],
        ['echo', 2],
      ],
    ],
  },
  {
    rows: ['option retries'],
    what: 'and given up with the error of the last try',
    options: () => ({ retries: 1, ackTimeout: 500 }),
    async run({ socket, connected, until, server }) {
      await connected();
      let got: unknown;
      socket.emit('silence', (error: Error) => {
        got = error.message;
      });
      await until(() => got);
      await socket.volatile.timeout(5_000).emitWithAck('echo');
      return [got, (await server('log')).filter(([name]) => name === 'silence').length];
    },
    expected: ['operation has timed out', 2],
  },
  {
    rows: ['option ackTimeout'],
    what: 'bounds every acknowledgement, which then gets an error or null first',
    options: () => ({ ackTimeout: 1_000 }),
    async run({ socket, connected, until }) {
      await connected();
      const got: unknown[] = [];
      socket.emit('echo', 1, (...args: unknown[]) => got.push(args));
      socket.emit('silence', (error: Error) => got.push(error.message));
      got.push(await socket.emitWithAck('silence').catch((error: Error) => error.message));
      await until(() => got.length === 3);
      return got;
    },
    expected: [[null, 1], 'operation has timed out', 'operation has timed out'],
  },
];
