/** Schemas of the app over the simulated world, with the libraries themselves. */
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { OneSocketOptions } from '../index.ts';
import { createRealm } from './realm.ts';

const libraries = [
  ['zod', z.object({ id: z.string(), total: z.number().min(0) })],
  ['valibot', v.object({ id: v.string(), total: v.pipe(v.number(), v.minValue(0)) })],
] as const;
const good = { id: 'o1', total: 5 };

function open(schemas: NonNullable<OneSocketOptions['schemas']>, options: OneSocketOptions = {}) {
  const errors: { readonly code?: string; readonly message: string; readonly cause?: unknown }[] = [];
  const realm = createRealm({
    server: { channels: { orders: {} } },
    socket: { schemas, ...options },
    onError: (_where, error) => void errors.push(error as Error),
  });
  const tabs = [realm.openTab(), realm.openTab()].map((tab) => {
    const seen: unknown[] = [];
    tab.socket.on('order_created', (...args) => void seen.push(args));
    return { ...tab, seen };
  });
  const [first] = tabs as [(typeof tabs)[0]];
  return { realm, tabs, first, errors };
}

describe.each(libraries)('a schema of %s', (_, schema) => {
  test('[P8] what it refuses reaches no handler in any tab, and is reported with the issues', async () => {
    const { realm, tabs, first, errors } = open({ order_created: schema });
    await realm.settle();
    const to = realm.server.to({ user: 'user' });
    await to.emit('order_created', good);
    await to.emit('order_created', { id: 7, total: -1 });
    await to.emit('order_created', null);
    await to.emit('order_created', { ...good, id: 'o2' });
    await realm.settle();
    for (const { seen, socket } of tabs) {
      expect(seen).toEqual([[good], [{ ...good, id: 'o2' }]]);
      expect(socket.diagnostics()).toMatchObject({ counters: { invalid: 2 }, cursors: { 'user:user': { id: 4 } } });
    }
    expect(errors).toHaveLength(4);
    expect(errors[0]).toMatchObject({ name: 'OneSocketError', code: 'invalid_payload' });
    expect(errors[0]?.message).toMatch(/^The event "order_created" was not delivered: id: .+; total: .+/);
    expect(errors[0]?.cause).toMatchObject([{ message: expect.any(String) }, { message: expect.any(String) }]);
    expect(first.socket.diagnostics().holding).toEqual({});
  });

  test('[P8] a shared state stays as it was, and a channel hears nothing of it', async () => {
    const { realm, first } = open({ order_created: schema });
    const state = first.socket.state<unknown[]>({
      name: 'orders',
      load: async () => ({
        state: [],
        position: (await realm.server.realtime()?.positionOf({ userId: 'user' })) ?? '',
      }),
      on: { order_created: (list, payload) => [...list, payload] },
    });
    const channel: unknown[] = [];
    first.socket.channel('orders').on('order_created', (payload) => channel.push(payload));
    await realm.settle();
    const before = state.getSnapshot();
    for (const target of [{ user: 'user' }, { channel: 'orders' }] as const) {
      await realm.server.to(target).emit('order_created', { id: 'o1' });
    }
    await realm.settle();
    expect([state.getSnapshot(), channel]).toEqual([before, []]);
    expect(state.getSnapshot()).toBe(before);
    for (const target of [{ user: 'user' }, { channel: 'orders' }] as const) {
      await realm.server.to(target).emit('order_created', good);
    }
    await realm.settle();
    expect([state.getSnapshot().state, channel]).toEqual([[good], [good]]);
  });
});

describe('schemas', () => {
  test('what a schema makes of a payload is what handlers get; other events pass untouched', async () => {
    const { realm, first, tabs } = open({
      order_created: z.object({ at: z.coerce.date(), note: z.string().default('none') }),
    });
    const other: unknown[] = [];
    first.socket.on('toString', (...args) => void other.push(args));
    await realm.settle();
    await realm.server.to('all').emit('order_created', { at: '2026-01-02' });
    await realm.server.to('all').emit('toString', { any: 1 });
    await realm.settle();
    for (const { seen } of tabs) expect(seen).toEqual([[{ at: new Date('2026-01-02'), note: 'none' }]]);
    expect(other).toEqual([[{ any: 1 }]]);
  });

  test('hold for a server without the companion too', async () => {
    const schema = z.object({ id: z.coerce.string() });
    const { realm, tabs, errors } = open({ order_created: schema }, { companion: false });
    await realm.settle();
    const to = realm.server.to({ user: 'user' });
    await to.emit('order_created', null);
    await to.emit('order_created', { id: 7 });
    await realm.settle();
    for (const { seen } of tabs) expect(seen).toEqual([[{ id: '7' }]]);
    expect(errors).toMatchObject([{ code: 'invalid_payload' }, { code: 'invalid_payload' }]);
  });

  test.each([
    ['asynchronous', z.object({}).refine(async () => true), /may not be asynchronous/],
    [
      'asynchronous and rejects',
      { '~standard': { version: 1, vendor: 'x', validate: () => Promise.reject(new Error('later')) } } as const,
      /may not be asynchronous/,
    ],
    [
      'throws',
      {
        '~standard': {
          version: 1,
          vendor: 'x',
          validate() {
            throw new Error('mine');
          },
        },
      } as const,
      /its schema threw Error: mine/,
    ],
  ])('[P7] one that is %s delivers nothing, says so, and stops nothing', async (_, schema, message) => {
    const { realm, tabs, first, errors } = open({ order_created: schema });
    const other: unknown[] = [];
    first.socket.on('other', (payload) => other.push(payload));
    await realm.settle();
    await realm.server.to('all').emit('order_created', {});
    await realm.server.to('all').emit('other', 1);
    await realm.settle();
    for (const { seen } of tabs) expect(seen).toEqual([]);
    expect(other).toEqual([1]);
    expect(errors).toMatchObject([{ message: expect.stringMatching(message) }, { code: 'invalid_payload' }]);
  });
});
