/** A state that all tabs share: one of them loads it, events carry it on, a refresh makes it load again. */
import type { SharedState } from 'onesocket';
import { type Board, type BoardAnswer, type Kind, kinds } from '../../../shared/desk.ts';
import { number } from '../../format.ts';
import { h, panel, setAttribute, setText, type View } from '../dom.ts';
import type { Tab } from '../tab.ts';

const kindWords: Record<Kind, string> = { order: 'Orders', payment: 'Payments', parcel: 'Parcels', review: 'Reviews' };

export function openBoard({ socket, session, note }: Pick<Tab, 'socket' | 'session' | 'note'>): SharedState<Board> {
  return socket.state<Board>({
    name: 'board',
    load: ({ reason }) => {
      note(`Loading the shared state for all tabs (${reason}).`);
      return session.request<BoardAnswer>('/api/v1/desk/board');
    },
    on: {
      'feed:item': (board, { kind, total }) => ({
        ...board,
        totals: { ...board.totals, [kind]: Math.max(board.totals[kind], total) },
      }),
      'feed:mine': (board, { total }) => ({ ...board, mine: Math.max(board.mine, total) }),
      'feed:rate': (board, { perSecond }) => ({ ...board, perSecond }),
      'counter:changed': (board, { value }) => ({ ...board, counter: Math.max(board.counter, value) }),
    },
  });
}

function total(label: string, testId: string) {
  const value = h('dd', { testId }, '–');
  return { value, element: h('div', {}, h('dt', {}, label), value) };
}

export function createBoard({ counts }: Tab, board: SharedState<Board>): View {
  const mark = h('span', { class: 'chip', testId: 'board-state' }, 'loading');
  const totals = kinds.map((kind) => ({ kind, ...total(kindWords[kind], `board-${kind}`) }));
  const mine = total('Yours', 'board-mine');
  const loads = total('Loads served', 'board-loads');
  const element = panel(
    'board',
    'Shared state',
    h('p', { class: 'hint' }, 'Loaded once by one tab, then carried on by events in all. ', mark),
    h('dl', { class: 'counters' }, ...totals.map((each) => each.element), mine.element, loads.element),
  );

  return {
    element,
    render() {
      const { state, stale, error } = board.getSnapshot();
      const word = error ? 'failed' : stale ? (state ? 'stale' : 'loading') : 'fresh';
      setText(mark, word);
      setAttribute(mark, 'data-state', word);
      for (const { kind, value } of totals) setText(value, state ? number(state.totals[kind]) : '–');
      setText(mine.value, state ? number(state.mine) : '–');
      const served = counts()?.loads;
      setText(loads.value, served === undefined ? '–' : number(served));
    },
  };
}
