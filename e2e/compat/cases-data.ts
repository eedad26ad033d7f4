/** What can be sent, and as what it arrives. */
import type { Case } from './types.ts';

const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);
const kindOf = (value: unknown): unknown =>
  value instanceof ArrayBuffer ? `buffer ${[...new Uint8Array(value)].join(' ')}` : value;

export const dataCases: readonly Case[] = [
  {
    rows: ['binary'],
    what: 'ArrayBuffer, typed arrays, views, Blob and File go to the server, however deep',
    async run({ socket, connected }) {
      await connected();
      const [a, b, c] = [bytes(1, 2).buffer, bytes(3), new DataView(bytes(9, 4, 9).buffer, 1, 1)];
      const [d, e] = [new Blob([bytes(5)]), new File([bytes(6, 7)], 'f.bin')];
      return [
        await socket.emitWithAck('kinds', a, b, c, new Uint16Array([258])),
        await socket.emitWithAck('kinds', { deep: [{ d }], e, name: 'x' }),
      ];
    },
    expected: [
      ['bytes 1 2', 'bytes 3', 'bytes 4', 'bytes 2 1'],
      [{ deep: [{ d: 'bytes 5' }], e: 'bytes 6 7', name: 'x' }],
    ],
  },
  {
    rows: ['binary'],
    what: 'binary of the server arrives as ArrayBuffer, in events and in acknowledgements',
    async run({ socket, connected, until }) {
      const heard: unknown[] = [];
      socket.on('file', (file: { readonly data: unknown }, name: string) => heard.push(kindOf(file.data), name));
      await connected();
      socket.emit('push', 'file', { data: bytes(1, 2, 3) }, 'name');
      await until(() => heard.length === 2);
      return [heard, kindOf(await socket.emitWithAck('echo', bytes(4)))];
    },
    expected: [['buffer 1 2 3', 'name'], 'buffer 4'],
  },
  {
    rows: ['dates and what JSON makes of values'],
    what: 'dates are text, toJSON is asked, functions and undefined go, NaN is null',
    async run({ socket, connected }) {
      await connected();
      const date = new Date(Date.UTC(2026, 0, 2));
      return socket.emitWithAck('kinds', date, undefined, Number.NaN, {
        date,
        gone: undefined,
        run: () => {},
        list: [undefined, () => {}, 1],
        money: { toJSON: () => ({ cents: 5 }) },
        map: new Map([[1, 2]]),
        url: new URL('https://example.com/'),
      });
    },
    expected: [
      '2026-01-02T00:00:00.000Z',
      null,
      null,
      {
        date: '2026-01-02T00:00:00.000Z',
        list: [null, null, 1],
        money: { cents: 5 },
        map: {},
        url: 'https://example.com/',
      },
    ],
  },
  {
    rows: ['dates and what JSON makes of values'],
    what: 'instances of classes and reactive proxies arrive as their fields',
    async run({ socket, connected }) {
      await connected();
      class Point {
        readonly x = 1;
        readonly #secret = 2;
        get y(): number {
          return this.#secret;
        }
      }
      const state = new Proxy({ list: new Proxy([{ n: 1 }], {}) }, {});
      return socket.emitWithAck('kinds', new Point(), state);
    },
    expected: [{ x: 1 }, { list: [{ n: 1 }] }],
  },
  {
    rows: ['dates and what JSON makes of values'],
    what: 'what can not be written throws',
    async run({ socket, connected }) {
      await connected();
      try {
        socket.emit('echo', { n: BigInt(1) });
      } catch (error) {
        return error instanceof TypeError;
      }
      return 'nothing';
    },
    expected: true,
  },
  {
    rows: ['order of events'],
    what: 'events of the server come in the order in which it sent them',
    async run({ socket, connected, until }) {
      const heard: unknown[] = [];
      for (const name of ['a', 'b']) socket.on(name, (n: number) => heard.push(n));
      await connected();
      for (let n = 0; n < 100; n += 1) socket.emit('push', n % 2 ? 'a' : 'b', n);
      await until(() => heard.length === 100);
      return heard.every((n, index) => n === index);
    },
    expected: true,
  },
  {
    rows: ['order of events'],
    what: 'an acknowledgement comes behind what the server sent before it, and before what it sent after',
    async run({ socket, connected, until }) {
      const heard: unknown[] = [];
      socket.on('near', (n: number) => heard.push(n));
      await connected();
      for (let n = 0; n < 10; n += 1) socket.emit('around', 'near', n, () => heard.push('answer'));
      await until(() => heard.length === 30);
      return heard.every((entry, index) => entry === (index % 3 === 1 ? 'answer' : Math.floor(index / 3)));
    },
    expected: true,
  },
];
