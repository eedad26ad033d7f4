/** What the compiler makes of the server's types; the calls are never run. */
import type { Namespace, Server } from 'socket.io';
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { attachRealtime, type Realtime } from './index.ts';

interface ServerEvents {
  order_created: (order: { readonly id: string }) => void;
  tick: () => void;
}
interface ClientEvents {
  mark_read: (data: { readonly id: string }, ack: (result: { readonly unread: number }) => void) => void;
  maybe: (data?: number, ack?: (result: string) => void) => void;
  only_ack: (ack: () => void) => void;
  no_ack: (data: string) => void;
  nothing: () => void;
}
declare const io: Server<ClientEvents, ServerEvents>;
declare const untyped: Server;
declare const namespace: Namespace<ClientEvents, ServerEvents>;
/** Type-checked, not run. */
const checked = (_calls: () => unknown): void => {};

describe('the types of the companion', () => {
  it('are those of the maps of its server', () => {
    expectTypeOf(attachRealtime<typeof io>).returns.toEqualTypeOf<Realtime<ServerEvents, ClientEvents>>();
    expectTypeOf(attachRealtime<typeof namespace>).returns.toEqualTypeOf<Realtime<ServerEvents, ClientEvents>>();
    checked(() => {
      const realtime = attachRealtime(io);
      void realtime.to('all').emit('order_created', { id: 'o' });
      // @ts-expect-error no such event
      void realtime.to('all').emit('order_deleted', {});
      // @ts-expect-error no such target
      realtime.to('everybody');
      realtime.onCommand('mark_read', (data, { id, signal }) => {
        expectTypeOf(data).toEqualTypeOf<{ readonly id: string }>();
        expectTypeOf(id).toEqualTypeOf<string>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        return { unread: 3 };
      });
      realtime.onCommand('mark_read', { leaseMs: 5 }, async ({ id }) => ({ unread: id.length }));
      realtime.onCommand('mark_read', { schema: z.object({ id: z.coerce.number() }) }, async ({ id }) => {
        expectTypeOf(id).toEqualTypeOf<number>();
        return { unread: id };
      });
      realtime.onCommand('maybe', (data) => {
        expectTypeOf(data).toEqualTypeOf<number | undefined>();
        return `${data}`;
      });
      realtime.onCommand('only_ack', (data) => expectTypeOf(data).toEqualTypeOf<undefined>());
      realtime.onCommand('nothing', (data) => expectTypeOf(data).toEqualTypeOf<undefined>());
      realtime.onCommand('no_ack', (data) => data.length);
      // @ts-expect-error no such command
      realtime.onCommand('order_created', () => {});
      // @ts-expect-error the caller waits for a number
      realtime.onCommand('mark_read', () => ({ unread: 'three' }));
      // @ts-expect-error the caller waits for something
      realtime.onCommand('mark_read', { leaseMs: 5 }, async () => {});
      // @ts-expect-error the data is an object
      realtime.onCommand('mark_read', (data: number) => ({ unread: data }));
      // @ts-expect-error not what the schema gives
      realtime.onCommand('mark_read', { schema: z.object({ id: z.number() }) }, (data: string) => ({
        unread: data.length,
      }));
    });
  });

  it('take any name where the server has no maps, with data that nobody knows', () => {
    checked(() => {
      const realtime = attachRealtime(untyped);
      realtime.onCommand('anything', (data) => {
        expectTypeOf(data).toEqualTypeOf<unknown>();
        return 1;
      });
      realtime.onCommand('anything', { schema: z.string() }, (data) => data.length);
      void realtime.to({ user: 'u' }).emit('anything', 1);
    });
    checked((): Realtime<ServerEvents> => attachRealtime({} as Server<Record<string, never>, ServerEvents>));
  });
});
