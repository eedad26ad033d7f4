// @vitest-environment happy-dom
/** The recipes for stores, each with the library itself. */
import { configureStore } from '@reduxjs/toolkit';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, cleanup, render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRealm } from '../../src/testing/index.ts';
import { createOrders, type Order, type OrderEvents } from './orders.ts';
import { ordersReducer, showOrders } from './redux-toolkit.ts';
import { showAsQuery } from './tanstack-query.ts';
import { createSharedStore } from './zustand.ts';

const complained = vi.fn();
beforeEach(() => {
  complained.mockClear();
  for (const level of ['error', 'warn'] as const) vi.spyOn(console, level).mockImplementation(complained);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  expect(complained).not.toHaveBeenCalled();
});

interface ShownProps {
  readonly useText: () => string;
  readonly onText?: (text: string) => void;
}
function Shown({ useText, onText }: ShownProps): ReactNode {
  const shown = useText();
  onText?.(shown);
  return <p role="status">{shown}</p>;
}

const first: Order = { id: 1, paid: false };
const text = (list: readonly Order[] = []): string => list.map(({ id, paid }) => `${id}${paid ? '!' : ''}`).join(' ');

function useQueryText(): string {
  const { data, isPending } = useQuery<readonly Order[]>({ queryKey: ['orders'] });
  return isPending ? 'pending' : text(data);
}

/** Two tabs of Ada; her server has one order and sends another, which is then paid. */
function open() {
  const realm = createRealm<OrderEvents>();
  let loads = 0;
  const load = async () => {
    loads += 1;
    return { position: await realm.server.positionOf({ userId: 'ada' }), state: [first] };
  };
  const tabs = [realm.openTab({ user: 'ada' }), realm.openTab({ user: 'ada' })] as const;
  const [, second] = tabs.map(({ socket }) => createOrders(socket, load));
  if (!second) throw new Error('unreachable');
  return {
    realm,
    tab: tabs[1],
    orders: second,
    loads: () => loads,
    run: () => act(() => realm.settle()),
    signOut: () => act(() => realm.until(tabs[1].socket.signOut())),
    async send() {
      await realm.server.sendToUser('ada', 'order_created', { id: 2, paid: false });
      await realm.server.sendToUser('ada', 'order_paid', { id: 2 });
      await act(() => realm.settle());
    },
  };
}

test('Zustand: the store is the shared state, in a component and outside', async () => {
  const { orders, loads, run, send, signOut } = open();
  const useOrders = createSharedStore(orders);
  const renders: string[] = [];
  render(<Shown useText={() => useOrders(({ state }) => text(state))} onText={(shown) => renders.push(shown)} />);
  expect(useOrders.getState()).toEqual({ state: undefined, stale: true });
  await run();
  expect(screen.getByRole('status').textContent).toBe('1');
  await send();
  expect(useOrders.getState()).toBe(orders.getSnapshot());
  expect([renders, loads()]).toEqual([['', '1', '1 2!'], 1]);
  await signOut();
  expect(screen.getByRole('status').textContent).toBe('');
});

test('Redux Toolkit: the reducer has the shared state, and no middleware complains', async () => {
  const { orders, tab, run, send, signOut } = open();
  const store = configureStore({ reducer: { orders: ordersReducer } });
  const undo = showOrders(store, orders);
  const seen: string[] = [];
  store.subscribe(() => void seen.push(text(store.getState().orders.list)));
  expect(store.getState().orders).toEqual({ list: [], stale: true });
  await run();
  await send();
  expect(store.getState().orders).toEqual({ list: [first, { id: 2, paid: true }], stale: false });
  expect(seen.at(-1)).toBe('1 2!');
  await signOut();
  expect(store.getState().orders).toEqual({ list: [], stale: true });
  undo();
  tab.socket.connect();
  await run();
  expect(store.getState().orders.stale).toBe(true);
});

test('TanStack Query: a query has the shared state and never fetches; its structure is shared', async () => {
  const { orders, loads, run, send, signOut } = open();
  const client = new QueryClient();
  showAsQuery(client, ['orders'], orders);
  render(
    <QueryClientProvider client={client}>
      <Shown useText={useQueryText} />
    </QueryClientProvider>,
  );
  expect(screen.getByRole('status').textContent).toBe('pending');
  await run();
  await screen.findByText('1');
  const [before] = client.getQueryData<readonly Order[]>(['orders']) ?? [];
  await send();
  await act(() => client.invalidateQueries());
  await screen.findByText('1 2!');
  expect(loads()).toBe(1);
  expect(client.getQueryData<readonly Order[]>(['orders'])?.[0]).toBe(before);
  await signOut();
  await screen.findByText('pending');
});
