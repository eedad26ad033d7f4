/** The memory of one tab on a store made by hand: what it tells is kept in `heard`. */
import { createManualClock } from '../../core/clock.fixture.ts';
import { createStore } from '../ports.fixture.ts';
import { createMemory, type Saved } from './memory.ts';

export const saved = (term: number, id = 1): Saved => ({ term, cursors: { s: { epoch: 'e', id } } });

export function open(store: ReturnType<typeof createStore> | null = createStore()) {
  const clock = createManualClock();
  const heard: string[] = [];
  const world = { snapshot: null as Saved | null };
  const memory = createMemory({
    store,
    clock,
    group: 'g/',
    household: 'g',
    snapshot: () => world.snapshot,
    onHigherTerm: (term) => void heard.push(`higher ${term}`),
    onSignedOut: () => void heard.push('signed out'),
    onBroken: () => void heard.push('broken'),
  });
  return { clock, heard, world, memory };
}

export function opened() {
  const store = createStore();
  return { store, ...open(store) };
}
