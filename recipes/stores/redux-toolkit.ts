import { createAction, createReducer, type Store } from '@reduxjs/toolkit';
import type { SharedState } from '../../src/index.ts';
import type { Order } from './orders.ts';

const shown = createAction<{ readonly list: readonly Order[]; readonly stale: boolean }>('orders/shown');
export const ordersReducer = createReducer(shown({ list: [], stale: true }).payload, (builder) => {
  builder.addCase(shown, (_, { payload }) => payload);
});
export const showOrders = (store: Store, orders: SharedState<readonly Order[]>): (() => void) =>
  orders.subscribe(() => {
    const { state: list = [], stale } = orders.getSnapshot();
    store.dispatch(shown({ list, stale }));
  });
