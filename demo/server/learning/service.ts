/** Learning: an answer is checked and stored, then all that it led to is told, and the leaderboards move. */
import type { Exercise, Finished, LearningAnswer, LearningState } from '../../shared/learning.ts';
import type { App } from '../app.ts';
import type { Leaderboards } from './leaderboards.ts';
import type { LearningRepository } from './repository.ts';
import { achievements, exercises, finish, type Outcome, rankOf } from './rules.ts';

/** A session, or whoever asks by REST. */
type Reader = Parameters<App['realtime']['positionOf']>[0];

export interface LearningService {
  /** `null`: there is no such exercise or option. */
  answer(userId: string, exerciseId: string, option: number): Promise<Finished | null>;
  /** As if the right answer were given, by somebody who is not signed in. */
  learn(userId: string, exerciseId: string): void;
  overview(reader: Reader): Promise<LearningAnswer>;
}

const nothing: Finished = { correct: false, xp: 0, coins: 0 };
const everybody = { type: 'global', period: 'all_time' } as const;

export function createLearningService(
  { realtime, logbook }: Pick<App, 'realtime' | 'logbook'>,
  repository: LearningRepository,
  leaderboards: Pick<Leaderboards, 'changed'>,
): LearningService {
  const logger = logbook.of('learning');

  function store(userId: string, exercise: Exercise): readonly Outcome[] {
    let outcomes: readonly Outcome[] = [];
    repository.update(userId, (pupil) => {
      const result = finish(pupil, exercise);
      outcomes = result.outcomes;
      return result.pupil;
    });
    return outcomes;
  }

  async function tell(userId: string, outcome: Outcome): Promise<void> {
    const to = realtime.to({ user: userId });
    switch (outcome.kind) {
      case 'xp': {
        const { amount, source, totalXp } = outcome;
        await to.emit('xp:gained', { amount, source, totalXp });
        break;
      }
      case 'coins': {
        const { amount, reason, newBalance } = outcome;
        await to.emit('coins:earned', { amount, reason, newBalance });
        break;
      }
      case 'achievement':
        await to.emit('achievement:unlocked', outcome.achievement);
        break;
      case 'rank': {
        const { oldRank, newRank, xpRequired } = outcome;
        await to.emit('rank:promoted', { oldRank, newRank, xpRequired });
        await to.emit('rank:updated', { oldRank, newRank, xpRequired });
      }
    }
  }

  const placeOf = (userId: string): number => {
    const school = repository.school(userId) ?? 'lyceum';
    return repository.standings({ ...everybody, school }).find((each) => each.userId === userId)?.rank ?? 0;
  };

  function stateOf(userId: string): LearningState {
    const { totalXp, coins, achievements: unlocked, finished } = repository.pupil(userId);
    const { name, level } = rankOf(totalXp);
    return {
      ...{ school: repository.school(userId) ?? 'lyceum', totalXp, coins, rank: { name, level }, unlocked },
      finished: Object.keys(finished),
      exercises: exercises.map(({ answer: _, ...exercise }) => exercise),
      achievements: achievements.map(({ isEarned: _, ...achievement }) => achievement),
    };
  }

  function moved(userId: string): void {
    const school = repository.school(userId);
    if (school) leaderboards.changed(school);
  }

  return {
    async answer(userId, exerciseId, option) {
      const exercise = exercises.find(({ id }) => id === exerciseId);
      if (!exercise?.options[option]) return null;
      if (exercise.answer !== option) return nothing;
      const oldRank = placeOf(userId);
      const outcomes = store(userId, exercise);
      const newRank = placeOf(userId);
      const pointsGained = outcomes.reduce((sum, each) => (each.kind === 'xp' ? sum + each.amount : sum), 0);
      // The store has it: a log that is away must not undo that. Tabs load again when it is back.
      try {
        for (const outcome of outcomes) await tell(userId, outcome);
        if (newRank !== oldRank) {
          await realtime.sendToUser(userId, 'rank_changed', { userId, oldRank, newRank, pointsGained });
        }
      } catch (error) {
        logger.warn(`What ${userId} earned could not be sent`, error);
      }
      moved(userId);
      const coins = outcomes.reduce((sum, each) => (each.kind === 'coins' ? sum + each.amount : sum), 0);
      logger.info(`${userId} finished ${exerciseId}`, { xp: pointsGained, coins });
      return { correct: true, xp: pointsGained, coins };
    },
    learn(userId, exerciseId) {
      const exercise = exercises.find(({ id }) => id === exerciseId);
      if (!exercise) return;
      store(userId, exercise);
      moved(userId);
    },
    async overview(reader) {
      // First the place in the log, then the data: what comes in between is told again, and is absolute.
      const position = await realtime.positionOf(reader);
      return { position, state: stateOf(reader.userId) };
    },
  };
}
