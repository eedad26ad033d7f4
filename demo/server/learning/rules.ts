/** What finishing an exercise brings. Pure: a pupil in, a pupil and what to tell them out. */
import { type Achievement, type Exercise, type Rank, ranks } from '../../shared/learning.ts';

interface KeyedExercise extends Exercise {
  /** Index of the right option. */
  readonly answer: number;
}

export const exercises: readonly KeyedExercise[] = [
  {
    ...{ id: 'tabs-1', topic: 'Browsers', question: 'Ten tabs, one Socket.IO client each. How many connections?' },
    ...{ options: ['1', '2', '10', 'It depends on the server'], answer: 2, xp: 30, coins: 5 },
  },
  {
    ...{ id: 'tabs-2', topic: 'Browsers', question: 'What elects a leader among tabs without a server?' },
    ...{ options: ['Web Locks', 'Cookies', 'A service worker’s cache', 'WebRTC'], answer: 0, xp: 40, coins: 5 },
  },
  {
    ...{ id: 'tabs-3', topic: 'Browsers', question: 'Which page does not run its timers?' },
    ...{ options: ['One behind another window', 'A frozen one', 'One on battery', 'A slow one'], answer: 1 },
    ...{ xp: 60, coins: 10 },
  },
  {
    ...{ id: 'log-1', topic: 'Logs', question: 'A client has event 41 and gets 43. What is missing?' },
    ...{ options: ['Nothing', 'One event', 'Two events', 'The server’s clock'], answer: 1, xp: 30, coins: 5 },
  },
  {
    ...{ id: 'log-2', topic: 'Logs', question: 'A server lost its log and numbers from 1 again. What tells a client?' },
    ...{ options: ['The timestamp', 'A new epoch', 'The port', 'Nothing can'], answer: 1, xp: 60, coins: 10 },
  },
  {
    ...{ id: 'log-3', topic: 'Logs', question: 'What is missing is no longer kept. What is honest?' },
    ...{ options: ['Go on in silence', 'Send the newest', 'Announce a refresh', 'Disconnect'], answer: 2 },
    ...{ xp: 60, coins: 10 },
  },
  {
    ...{
      id: 'once-1',
      topic: 'Commands',
      question: 'An answer got lost. The client asks again with the same id. What runs?',
    },
    ...{ options: ['The command again', 'Nothing: it gets the stored answer', 'Half of it', 'A rollback'], answer: 1 },
    ...{ xp: 60, coins: 10 },
  },
  {
    ...{ id: 'once-2', topic: 'Commands', question: 'Which outcome may be repeated without a thought?' },
    ...{ options: ['unknown', 'refused', 'not_sent', 'none of them'], answer: 2, xp: 40, coins: 5 },
  },
];

export interface Pupil {
  readonly totalXp: number;
  readonly coins: number;
  readonly achievements: readonly string[];
  /** How often each exercise was finished, by id. */
  readonly finished: Readonly<Record<string, number>>;
}

interface AchievementRule extends Achievement {
  readonly isEarned: (pupil: Pupil) => boolean;
}

const topicsOf = ({ finished }: Pupil) =>
  new Set(exercises.filter(({ id }) => (finished[id] ?? 0) > 0).map(({ topic }) => topic));
const allTopics = new Set(exercises.map(({ topic }) => topic));

export const achievements: readonly AchievementRule[] = [
  {
    ...{ achievementId: 'first-steps', name: 'First steps', description: 'Finish an exercise', icon: 'flag' },
    ...{ xpReward: 20, isEarned: ({ finished }) => Object.keys(finished).length > 0 },
  },
  {
    ...{ achievementId: 'all-round', name: 'All-round', description: 'Finish one of every topic', icon: 'compass' },
    ...{ xpReward: 50, isEarned: (pupil) => topicsOf(pupil).size === allTopics.size },
  },
  {
    ...{ achievementId: 'saver', name: 'Saver', description: 'Own 40 coins', icon: 'coin' },
    ...{ xpReward: 30, isEarned: ({ coins }) => coins >= 40 },
  },
  {
    ...{ achievementId: 'complete', name: 'Complete', description: 'Finish every exercise', icon: 'star' },
    ...{ xpReward: 100, isEarned: ({ finished }) => exercises.every(({ id }) => (finished[id] ?? 0) > 0) },
  },
];

export function rankOf(xp: number): Rank & { readonly xpRequired: number } {
  return ranks.findLast(({ xpRequired }) => xp >= xpRequired) ?? ranks[0];
}

const toRank = ({ name, level }: Rank): Rank => ({ name, level });

/** What happened, in the order in which it is told. */
export type Outcome =
  | { readonly kind: 'xp'; readonly amount: number; readonly source: string; readonly totalXp: number }
  | { readonly kind: 'coins'; readonly amount: number; readonly reason: string; readonly newBalance: number }
  | { readonly kind: 'achievement'; readonly achievement: Achievement }
  | { readonly kind: 'rank'; readonly oldRank: Rank; readonly newRank: Rank; readonly xpRequired: number };

export interface FinishResult {
  readonly pupil: Pupil;
  readonly outcomes: readonly Outcome[];
}

/** A repetition brings a quarter. */
const shareOf = (times: number): number => (times === 0 ? 1 : 0.25);

/** One exercise, answered right. An achievement's XP may earn the next rank, and never another achievement. */
export function finish(pupil: Pupil, exercise: Exercise): FinishResult {
  const outcomes: Outcome[] = [];
  const times = pupil.finished[exercise.id] ?? 0;
  let { totalXp, coins } = pupil;

  function gain(amount: number, source: string): void {
    totalXp += amount;
    outcomes.push({ kind: 'xp', amount, source, totalXp });
  }

  gain(Math.ceil(exercise.xp * shareOf(times)), `exercise:${exercise.id}`);
  const earned = Math.ceil(exercise.coins * shareOf(times));
  coins += earned;
  outcomes.push({ kind: 'coins', amount: earned, reason: exercise.topic, newBalance: coins });

  const after = { ...pupil, totalXp, coins, finished: { ...pupil.finished, [exercise.id]: times + 1 } };
  const unlocked = achievements.filter(
    (rule) => !pupil.achievements.includes(rule.achievementId) && rule.isEarned(after),
  );
  for (const { isEarned: _, ...achievement } of unlocked) {
    outcomes.push({ kind: 'achievement', achievement });
    gain(achievement.xpReward, `achievement:${achievement.achievementId}`);
  }

  const oldRank = rankOf(pupil.totalXp);
  const newRank = rankOf(totalXp);
  if (newRank.level > oldRank.level) {
    const { xpRequired } = newRank;
    outcomes.push({ kind: 'rank', oldRank: toRank(oldRank), newRank: toRank(newRank), xpRequired });
  }
  const ids = unlocked.map(({ achievementId }) => achievementId);
  return { pupil: { ...after, totalXp, achievements: [...pupil.achievements, ...ids] }, outcomes };
}
