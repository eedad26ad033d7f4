/** What the user has learned: one state for all tabs. What events tell is absolute, so that nothing counts twice. */
import type { LearningAnswer, LearningState } from '../../shared/learning.ts';
import { session } from '../session.ts';
import { socket } from '../socket.ts';

const fromExercise = 'exercise:';

function withOne(list: readonly string[], id: string): readonly string[] {
  return list.includes(id) ? list : [...list, id];
}

export const learning = socket.state<LearningState>({
  name: 'learning',
  load: ({ signal }) => session.request<LearningAnswer>('/api/v1/learning', { signal }),
  on: {
    'xp:gained': (state, { totalXp, source }) => ({
      ...state,
      totalXp,
      finished: source.startsWith(fromExercise)
        ? withOne(state.finished, source.slice(fromExercise.length))
        : state.finished,
    }),
    'coins:earned': (state, { newBalance }) => ({ ...state, coins: newBalance }),
    'achievement:unlocked': (state, { achievementId }) => ({
      ...state,
      unlocked: withOne(state.unlocked, achievementId),
    }),
    'rank:promoted': (state, { newRank }) => ({ ...state, rank: newRank }),
  },
});
