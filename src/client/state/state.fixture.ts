/** One tab's part of a shared state, with cursors and loads in the test's hands. */
import { createManualClock } from '../../core/clock.fixture.ts';
import type { RefreshReason } from '../../protocol/codes.ts';
import type { Cursor, Cursors } from '../../protocol/cursor.ts';
import { toPosition } from '../../protocol/position.ts';
import type { Loaded, LoadRequest, StateOptions } from '../types.ts';
import { createState } from './state.ts';

interface Load {
  readonly request: LoadRequest;
  answer(state: readonly number[], position: Cursors | string): void;
  fail(error: unknown): void;
}

export const at = (id: number, epoch = 'e'): Cursor => ({ epoch, id });

export function openState(options: Partial<StateOptions<readonly number[]>> = {}, start: Cursors = { s: at(5) }) {
  const clock = createManualClock();
  const loads: Load[] = [];
  const warnings: string[] = [];
  const world = { cursors: start, wants: 0, changes: 0 };
  const { part, shared } = createState<readonly number[]>(
    {
      name: 'orders',
      load: (request) =>
        new Promise<Loaded<readonly number[]>>((resolve, reject) => {
          loads.push({
            request,
            fail: reject,
            answer: (state, position) =>
              resolve({ state, position: typeof position === 'string' ? position : toPosition(position) }),
          });
        }),
      on: { add: (list: readonly number[], order: number) => [...list, order] },
      ...options,
    },
    {
      clock,
      logger: { debug() {}, info() {}, warn: (message) => warnings.push(message), error() {} },
      cursors: () => world.cursors,
      want() {
        world.wants += 1;
      },
      onClose() {},
    },
  );
  shared.subscribe(() => {
    world.changes += 1;
  });
  return {
    clock,
    loads,
    warnings,
    world,
    part,
    shared,
    state: () => shared.getSnapshot().state,
    stale: () => shared.getSnapshot().stale,
    /** The tab's inbox hands an event on: the cursor is past it already. */
    event(id: number, { stream = 's', epoch = 'e', type = 'add' } = {}) {
      world.cursors = { ...world.cursors, [stream]: at(id, epoch) };
      part.apply(stream, epoch, { id, type, payload: id, timestamp: 0 });
    },
    refresh(id: number, reason: RefreshReason = 'too_far', epoch = 'e') {
      part.refresh({ stream: 's', epoch, id, reason });
      world.cursors = { ...world.cursors, s: at(id, epoch) };
    },
    /** Supplies with one load that comes back like this. */
    async load(state: readonly number[], position: Cursors) {
      const supplied = part.supply();
      await clock.settle();
      loads.at(-1)?.answer(state, position);
      await clock.settle();
      return supplied;
    },
  };
}
