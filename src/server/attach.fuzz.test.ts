import fc from 'fast-check';
import { Manager } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { fed, isClean, runs, within } from '../fuzz.fixture.ts';
import * as is from '../protocol/shape.fixture.ts';
import { cleanUp, hello, open, sign, start } from './socket.fixture.ts';

afterEach(cleanUp);

const json = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return '{}';
  }
};
const fields = fc.oneof(
  is.hostile.map(json),
  fc.json(),
  fc.constantFrom(
    '{"__proto__":{"polluted":true}}',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    '{"a":',
    '""',
    '1e999',
  ),
);
const names = fc.constantFrom('request_sync', 'command', 'subscribe', 'unsubscribe', 'ping', 'reauthenticate');
const name = fc.oneof(
  { weight: 5, arbitrary: names },
  fc.constantFrom('connect', '__proto__', 'disconnect', 'order'),
  fc.string(),
);
const ackId = fc.constantFrom('', '1', '7', '99999999999999999999', '-1');
const event = fc.tuple(ackId, name, fields).map(([ack, packet, payload]) => `2${ack}[${json(packet)},${payload}]`);
const command = fc
  .record({
    id: fc.constantFrom('a', 'b'),
    name: fc.constantFrom('add', 'none', 'greet'),
    sentAt: fc.constant(Date.now()),
    args: fc.array(fc.anything({ maxDepth: 1 }), { maxLength: 2 }),
  })
  .map((request) => `2["command",${json(request)}]`);
/** What Engine.IO carries for Socket.IO: as it should be, nearly so, or anything. */
const message: fc.Arbitrary<string | Buffer> = fc.oneof(
  { weight: 6, arbitrary: event },
  { weight: 2, arbitrary: command },
  { weight: 1, arbitrary: fields.map((auth) => `0${auth}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '51-["command",{"_placeholder":true,"num":0}]',
      '599999999-["x"]',
      '61-1[{"_placeholder":true,"num":9}]',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '0/other,',
      '1',
      '3[]',
      '31["x"]',
      '4{"message":"x"}',
      '2',
      '2[]',
      '2[null]',
      '2{}',
      '9',
    ),
  },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
);

describe('a stranger on the wire', () => {
  it(
    '[P8] ends nobody but itself, whatever it sends before and after it is let in',
    async () => {
      const { io, url, realtime } = await start();
      let runsOfAdd = 0;
      realtime.onCommand('add', () => {
        runsOfAdd += 1;
      });
      io.on('connection', (socket) => {
        (socket as unknown as { on(name: string, run: (text: string) => unknown): void }).on('greet', (text) =>
          text.trim(),
        );
      });
      const good = open(url, hello(await sign('good')));
      const other = open(url, hello(await sign('other')));
      await Promise.all([good.packet('authenticated'), other.packet('authenticated')]);
      const token = await sign('evil');
      let emitted = 0;
      let attempt = 0;

      await fc.assert(
        fc.asyncProperty(
          fc.array(message, { minLength: 1, maxLength: 15 }),
          fc.boolean(),
          async (messages, isAdmitted) => {
            const manager = new Manager(url, { reconnection: false, transports: ['websocket'], autoConnect: false });
            const { engine } = await new Promise<Manager>((resolve) => manager.open(() => resolve(manager)));
            const got: string[] = [];
            let over = false;
            const ended = new Promise<void>((resolve) => {
              engine.on('close', () => resolve());
              engine.on('data', (data: unknown) => {
                if (typeof data !== 'string') return;
                got.push(data);
                if (data.startsWith('3777[')) resolve();
              });
            }).then(() => {
              over = true;
            });
            attempt += 1;
            if (isAdmitted) {
              engine.write(`0${JSON.stringify(hello(token, { attempt }))}`);
              await new Promise<void>((resolve) => engine.on('data', () => resolve()));
            }
            for (const text of messages) engine.write(text);
            fed('server', messages.length);
            emitted += 1;
            await Promise.all([realtime.sendToUser('good', 'order', { id: emitted }), realtime.broadcastToAll('tick')]);
            // Answered in its turn, or the end of the connection.
            engine.write('2777["ping",{}]');
            await ended;
            expect(over).toBe(true);
            expect(got.join()).not.toContain('user:good');
            manager.engine.close();
            expect(await good.eventIds('user:good', emitted)).toHaveLength(emitted);
          },
        ),
        runs(60),
      );

      const all = Array.from({ length: emitted }, (_, index) => index + 1);
      expect(await good.eventIds('all', emitted)).toEqual(all);
      expect(await other.eventIds('all', emitted)).toEqual(all);
      expect(good.events('user:good').map(({ id }) => id)).toEqual(all);
      expect([good, other].map(({ all: packets }) => [packets('full_refresh'), packets('(disconnect)')])).toEqual([
        [[], []],
        [[], []],
      ]);
      expect(runsOfAdd).toBeLessThanOrEqual(2);
      // Everybody else is gone, and leaves nothing behind.
      await new Promise<void>((resolve) => {
        const look = (): void => void (io.engine.clientsCount === 2 ? resolve() : setImmediate(look));
        look();
      });
      expect(realtime.diagnostics().connections).toBe(2);
      expect(isClean()).toBe(true);
    },
    within,
  );
});
