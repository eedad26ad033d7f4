/** A state that all tabs share: one of them loads it, events carry it on, a refresh makes it load again. */
import type { Board, BoardAnswer } from '../../shared/desk.ts';
import { session } from '../session.ts';
import { socket } from '../socket.ts';
import { note } from './journal.ts';

/** Totals are absolute and only grow: what the loaded board holds already does no harm when it is told again. */
export const board = socket.state<Board>({
  name: 'board',
  load: ({ reason, signal }) => {
    note(`Loading the shared state for all tabs (${reason}).`);
    return session.request<BoardAnswer>('/api/v1/desk/board', { signal });
  },
  on: {
    'feed:item': (state, { kind, total }) => ({
      ...state,
      totals: { ...state.totals, [kind]: Math.max(state.totals[kind], total) },
    }),
    'feed:mine': (state, { total }) => ({ ...state, mine: Math.max(state.mine, total) }),
    'feed:rate': (state, { perSecond }) => ({ ...state, perSecond }),
    'counter:changed': (state, { value }) => ({ ...state, counter: Math.max(state.counter, value) }),
  },
});
