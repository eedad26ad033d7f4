import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { SharedState, StateSnapshot } from '../../src/index.ts';

/** `const useOrders = createSharedStore(orders)`; in a component `useOrders(({ state }) => state)`. */
export function createSharedStore<State>(shared: SharedState<State>): UseBoundStore<StoreApi<StateSnapshot<State>>> {
  const store = create<StateSnapshot<State>>(shared.getSnapshot);
  shared.subscribe(() => store.setState(shared.getSnapshot(), true));
  return store;
}
