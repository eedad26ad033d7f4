/** What the compiler makes of the public types; the calls are never run. */
import type { Socket } from 'socket.io-client';
import * as v from 'valibot';
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { type OneSocket, type OneSocketError, oneSocket, type StateSnapshot, type StreamEvent } from './index.ts';

interface Order {
  readonly id: string;
  readonly total: number;
}
interface ServerEvents {
  order_created: (order: Order) => void;
  moved: (x: number, y: number) => void;
}
interface ClientEvents {
  mark_read: (data: { readonly notificationId: number }, ack: (result: { readonly unread: number }) => void) => void;
  ping_all: () => void;
}

declare const socket: OneSocket<ServerEvents, ClientEvents>;
declare const untyped: OneSocket;
/** Type-checked, not run. */
const checked = (_calls: () => unknown): void => {};

describe('the types of a socket', () => {
  it('are those of the maps', () => {
    expectTypeOf(oneSocket<ServerEvents, ClientEvents>).returns.toEqualTypeOf<OneSocket<ServerEvents, ClientEvents>>();
    expectTypeOf(oneSocket<ServerEvents>).returns.toEqualTypeOf<OneSocket<ServerEvents, ServerEvents>>();
    checked(() => {
      socket.on('order_created', (order) => expectTypeOf(order).toEqualTypeOf<Order>());
      socket.once('moved', (...args) => expectTypeOf(args).toEqualTypeOf<[x: number, y: number]>());
      socket.onOneTab('order_created', (order) => expectTypeOf(order).toEqualTypeOf<Order>());
      socket.onEvent('order_created', (event) => expectTypeOf(event).toEqualTypeOf<StreamEvent<Order>>());
      expectTypeOf(socket.on('order_created', () => {})).toEqualTypeOf<() => void>();
      // @ts-expect-error no such event
      socket.on('order_deleted', () => {});
      // @ts-expect-error the payload is an order
      socket.on('order_created', (order: number) => order);
      // @ts-expect-error what the client sends is not what it hears
      socket.on('mark_read', () => {});
      // @ts-expect-error no such event
      socket.onEvent('nothing', () => {});
    });
  });

  it('are those of the maps in a channel too, or of a map of its own', () => {
    interface LogEvents {
      line: (line: { readonly level: string }) => void;
    }
    checked(() => {
      const orders = socket.channel('orders', { shop: ['a', 'b'], paid: true, total: undefined });
      orders.on('order_created', (order) => expectTypeOf(order).toEqualTypeOf<Order>());
      const logs = socket.channel<LogEvents>('logs');
      logs.once('line', ({ level }) => expectTypeOf(level).toEqualTypeOf<string>());
      logs.onEvent('line', (event) => expectTypeOf(event).toEqualTypeOf<StreamEvent<{ readonly level: string }>>());
      expectTypeOf(logs.status).toEqualTypeOf<'joining' | 'joined' | 'forbidden' | 'left'>();
      // @ts-expect-error no such event
      logs.on('order_created', () => {});
      // @ts-expect-error a filter compares values, no patterns
      socket.channel('logs', { level: /error/ });
    });
  });

  it("know the connection's own events", () => {
    checked(() => {
      socket.on('connect', () => {});
      socket.on('disconnect', (reason) => expectTypeOf(reason).toEqualTypeOf<Socket.DisconnectReason>());
      socket.on('connect_error', (error) => expectTypeOf(error).toExtend<Error>());
      socket.off('disconnect');
      socket.off();
      // @ts-expect-error `disconnect` has a reason, which is text
      socket.on('disconnect', (reason: number) => reason);
      // @ts-expect-error no such event
      socket.off('nothing');
    });
  });

  it('hold schemas to the payloads of the map', () => {
    checked(() => {
      const id = z.string();
      oneSocket<ServerEvents>('', { schemas: { order_created: z.object({ id, total: z.number() }) } });
      oneSocket<ServerEvents>('', { schemas: { order_created: v.object({ id: v.string(), total: v.number() }) } });
      oneSocket('', { schemas: { anything: id } });
      // @ts-expect-error an order has a total
      oneSocket<ServerEvents>('', { schemas: { order_created: z.object({ id }) } });
      // @ts-expect-error no such event
      oneSocket<ServerEvents>('', { schemas: { order_deleted: id } });
    });
  });

  it('hold emits to their arguments and acknowledgements', () => {
    checked(() => {
      socket.emit('ping_all');
      socket.emit('mark_read', { notificationId: 1 }, (result) => {
        expectTypeOf(result).toEqualTypeOf<{ readonly unread: number }>();
      });
      socket.timeout(5).emit('mark_read', { notificationId: 1 }, (error, result) => {
        expectTypeOf(error?.outcome).toEqualTypeOf<OneSocketError['outcome']>();
        expectTypeOf(result).toEqualTypeOf<{ readonly unread: number }>();
      });
      // @ts-expect-error no such command
      socket.emit('order_created');
      // @ts-expect-error its argument is missing
      socket.emit('mark_read');
      // @ts-expect-error a text is no number
      socket.emit('mark_read', { notificationId: '1' }, () => {});
      // @ts-expect-error it takes none
      socket.emit('ping_all', 1);
    });
  });

  it('give what an acknowledgement brings', () => {
    checked(() => {
      const result = socket.emitWithAck('mark_read', { notificationId: 1 });
      expectTypeOf(result).resolves.toEqualTypeOf<{ readonly unread: number }>();
      const timed = socket.timeout(5).emitWithAck('mark_read', { notificationId: 1 });
      expectTypeOf(timed).resolves.toEqualTypeOf<{ readonly unread: number }>();
      // @ts-expect-error the acknowledgement is the promise
      socket.emitWithAck('mark_read', { notificationId: 1 }, () => {});
      // @ts-expect-error its argument is missing
      socket.emitWithAck('mark_read');
    });
  });

  it('type the reducers of a shared state', () => {
    checked(() => {
      const load = () => Promise.resolve({ state: [] as readonly Order[], position: '' });
      const orders = socket.state<readonly Order[]>({
        name: 'orders',
        load,
        on: {
          order_created: (list, order, event) => {
            expectTypeOf(list).toEqualTypeOf<readonly Order[]>();
            expectTypeOf(order).toEqualTypeOf<Order>();
            expectTypeOf(event).toEqualTypeOf<StreamEvent>();
            return [...list, order];
          },
        },
      });
      expectTypeOf(orders.getSnapshot()).toEqualTypeOf<StateSnapshot<readonly Order[]>>();
      expectTypeOf(orders.getSnapshot().state).toEqualTypeOf<readonly Order[] | undefined>();
      expectTypeOf(orders.ready).resolves.toEqualTypeOf<readonly Order[]>();
      // @ts-expect-error no such event
      socket.state<readonly Order[]>({ name: 'orders', load, on: { order_deleted: (list) => list } });
      // @ts-expect-error a reducer returns the state
      socket.state<readonly Order[]>({ name: 'orders', load, on: { order_created: () => 'text' } });
      // @ts-expect-error a load gives a position beside the state
      socket.state<number>({ name: 'n', load: async () => ({ state: 1 }), on: {} });
    });
  });

  it('leave an untyped socket open, as in socket.io-client', () => {
    checked(() => {
      untyped.on('anything', (a: number, b: string) => [a, b]);
      untyped.emit('anything', 1, 'two', () => {});
      untyped.onEvent('anything', ({ id, timestamp }) => expectTypeOf([id, timestamp]).toEqualTypeOf<number[]>());
      expectTypeOf(untyped.emitWithAck('anything', 1)).toExtend<Promise<unknown>>();
    });
  });

  it('accept what those of socket.io-client accept', () => {
    type Session = { readonly username: string };
    type Done = { readonly unread: number };
    interface Profile {
      readonly name: string;
    }
    const profile: Profile = { name: 'a' };
    /** The same calls twice: the first shows that socket.io-client takes them. */
    const onTheirs = (io: Socket<ServerEvents, ClientEvents>, open: Socket) => {
      io.on('connect', () => io.emit('ping_all').send('a').connect());
      io.on('connect_error', (error: Error) => error.message);
      io.on('connect_error', (error: Error & { data?: unknown }) => error.data);
      io.on('connect_error', (error) => error.data.content);
      io.on('disconnect', (reason: Socket.DisconnectReason, details) => [reason, details]);
      io.once('order_created', async (order: Order) => void order);
      io.timeout(5).emit('mark_read', { notificationId: 1 }, (error: Error, done: Done) => [error, done]);
      io.timeout(5).emit('mark_read', { notificationId: 1 }, (error) => error);
      io.volatile.emit('ping_all').compress(false).emit('ping_all');
      io.volatile.timeout(5).emitWithAck('mark_read', { notificationId: 1 });
      io.off('moved', (x: number) => x)
        .off('moved')
        .off()
        .removeAllListeners()
        .removeListener('connect');
      io.onAny((name: string, ...args: number[]) => [name, args]);
      io.prependAny((name, order: Order) => [name, order]);
      io.offAny((name: string) => name).offAnyOutgoing();
      for (const listener of io.listeners('moved')) listener(1, 2);
      for (const listener of [...io.listenersAny(), ...io.listenersAnyOutgoing()]) listener('name', 1);
      io.auth = { token: 't' };
      io.auth = (answer: (data: object) => void) => answer(profile);
      if (io.active || io.disconnected || io.recovered || io.hasListeners('moved')) io.open().close().disconnect();
      open.on('any', (a: string, b: number, ack: (answer: string) => void) => ack(a + b));
      open.emit('any', 1, new Uint8Array(1), (error: Error | null, ...rest: Session[]) => [error, rest]);
      open.timeout(5).emit('any', (error: Error, { username }: Session) => [error, username]);
      return open.emitWithAck('any', 1).then((answer) => answer.anything);
    };
    const onOurs = (io: OneSocket<ServerEvents, ClientEvents>, open: OneSocket) => {
      io.on('connect', () => io.emit('ping_all').send('a').connect());
      io.on('connect_error', (error: Error) => error.message);
      io.on('connect_error', (error: Error & { data?: unknown }) => error.data);
      io.on('connect_error', (error) => error.data.content);
      io.on('disconnect', (reason: Socket.DisconnectReason, details) => [reason, details]);
      io.once('order_created', async (order: Order) => void order);
      io.timeout(5).emit('mark_read', { notificationId: 1 }, (error: Error, done: Done) => [error, done]);
      io.timeout(5).emit('mark_read', { notificationId: 1 }, (error) => error);
      io.volatile.emit('ping_all').compress(false).emit('ping_all');
      io.volatile.timeout(5).emitWithAck('mark_read', { notificationId: 1 });
      io.off('moved', (x: number) => x)
        .off('moved')
        .off()
        .removeAllListeners()
        .removeListener('connect');
      io.onAny((name: string, ...args: number[]) => [name, args]);
      io.prependAny((name, order: Order) => [name, order]);
      io.offAny((name: string) => name).offAnyOutgoing();
      for (const listener of io.listeners('moved')) listener(1, 2);
      for (const listener of [...io.listenersAny(), ...io.listenersAnyOutgoing()]) listener('name', 1);
      io.auth = { token: 't' };
      io.auth = (answer: (data: object) => void) => answer(profile);
      if (io.active || io.disconnected || io.recovered || io.hasListeners('moved')) io.open().close().disconnect();
      open.on('any', (a: string, b: number, ack: (answer: string) => void) => ack(a + b));
      open.emit('any', 1, new Uint8Array(1), (error: Error | null, ...rest: Session[]) => [error, rest]);
      open.timeout(5).emit('any', (error: Error, { username }: Session) => [error, username]);
      return open.emitWithAck('any', 1).then((answer) => answer.anything);
    };
    checked(() => [onTheirs, onOurs]);
    expectTypeOf<Exclude<keyof Socket, keyof OneSocket>>().toEqualTypeOf<never>();
    checked(() => {
      // @ts-expect-error the connection is the group's
      socket.io.on('reconnect', () => {});
      // @ts-expect-error `on` gives its undo
      socket.on('moved', () => {}).on('moved', () => {});
      oneSocket();
      oneSocket({ auth: profile, query: { a: 1 }, reconnection: false, retries: 3 });
      oneSocket('/', { auth: (answer: (data: object) => void) => answer(profile) });
    });
  });

  it('keep status, options and errors to what they are', () => {
    checked(() => {
      // @ts-expect-error read only
      socket.status.term = 1;
      // @ts-expect-error no such role
      socket.status.role === 'boss';
      oneSocket('/', { auth: { token: 't' } });
      oneSocket('/', { auth: async () => null });
      oneSocket('/', { auth: (answer) => answer({ token: 't' }) });
      oneSocket('/', { transports: ['websocket'], withCredentials: true });
      // @ts-expect-error `stored` or `now`
      oneSocket('/', { resume: 'always' });
      // @ts-expect-error milliseconds are a number
      oneSocket('/', { ackTimeout: '5' });
    });
    expectTypeOf<OneSocketError['outcome']>().toEqualTypeOf<'refused' | 'not_sent' | 'unknown' | undefined>();
  });
});
