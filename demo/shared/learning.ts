/** What the page and the server of Learning agree on: exercises, what one earns by them, and leaderboards. */

export const schools = { lyceum: 'Harbour Lyceum', academy: 'Hill Academy', college: 'River College' } as const;
export type SchoolId = keyof typeof schools;

/** Everybody, or the pupils of one's own school. */
export const boardTypes = ['global', 'school'] as const;
export type BoardType = (typeof boardTypes)[number];
export const periods = ['all_time', 'weekly'] as const;
export type Period = (typeof periods)[number];

export interface Rank {
  readonly name: string;
  readonly level: number;
}

/** Lowest first; `xpRequired` is where each begins. */
export const ranks = [
  { name: 'Novice', level: 1, xpRequired: 0 },
  { name: 'Apprentice', level: 2, xpRequired: 100 },
  { name: 'Scholar', level: 3, xpRequired: 300 },
  { name: 'Expert', level: 4, xpRequired: 700 },
  { name: 'Master', level: 5, xpRequired: 1_500 },
  { name: 'Luminary', level: 6, xpRequired: 3_000 },
] as const satisfies readonly (Rank & { readonly xpRequired: number })[];

export interface Exercise {
  readonly id: string;
  readonly topic: string;
  readonly question: string;
  readonly options: readonly string[];
  /** For the first time; a repetition brings a quarter. */
  readonly xp: number;
  readonly coins: number;
}

export interface Achievement {
  readonly achievementId: string;
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  readonly xpReward: number;
}

export interface LeaderboardEntry {
  readonly rank: number;
  readonly userId: string;
  readonly username: string;
  /** Two letters. */
  readonly avatar: string;
  /** Name of the rank that the XP give. */
  readonly rankBadge: string;
  /** XP of the board's period. */
  readonly score: number;
  readonly xp: number;
  readonly mlCoins: number;
  /** Places gained (above 0) or lost since midnight UTC. */
  readonly change: number;
  readonly changeType: 'up' | 'down' | 'same' | 'new';
}

export interface RankMove {
  readonly userId: string;
  readonly oldRank: number;
  readonly newRank: number;
}

/** Which leaderboard. */
export interface BoardView {
  readonly type: BoardType;
  readonly period: Period;
}

/** `GET /api/v1/learning/leaderboard?type=&period=`; the first 100. */
export interface Leaderboard extends BoardView {
  readonly leaderboard: readonly LeaderboardEntry[];
  /** ISO 8601. */
  readonly timestamp: string;
}

/** Absolute: applying one twice is no harm. */
interface RankPromoted {
  readonly oldRank: Rank;
  readonly newRank: Rank;
  readonly xpRequired: number;
}

/** On a leaderboard's channel, and to those who joined by `join_leaderboard`. */
export interface LeaderboardEvents {
  'leaderboard:updated': (update: Pick<Leaderboard, 'leaderboard' | 'timestamp'>) => void;
  /** Between two updates: who changed places, without the scores. */
  position_change: (difference: { readonly changes: readonly RankMove[] }) => void;
}

/** The first five on the stream of their user. */
export interface LearningEvents extends LeaderboardEvents {
  'xp:gained': (gain: { readonly amount: number; readonly source: string; readonly totalXp: number }) => void;
  'coins:earned': (gain: { readonly amount: number; readonly reason: string; readonly newBalance: number }) => void;
  'achievement:unlocked': (achievement: Achievement) => void;
  'rank:promoted': (promotion: RankPromoted) => void;
  /** The same as `rank:promoted`. */
  'rank:updated': (promotion: RankPromoted) => void;
  /** One's own place on the global board. */
  rank_changed: (change: RankMove & { readonly pointsGained: number }) => void;
}

/** What finishing an exercise led to. */
export interface Finished {
  readonly correct: boolean;
  readonly xp: number;
  readonly coins: number;
}

interface JoinWish {
  readonly type: BoardType;
  readonly period?: Period;
}

export interface LearningCommands {
  'exercise:finish': (
    answer: { readonly exerciseId: string; readonly option: number },
    ack: (finished: Finished) => void,
  ) => void;
  /** By a room instead of a channel: all of the user's connections hear this board, until `leave_leaderboard`. */
  join_leaderboard: (wish: JoinWish, ack: (board: Leaderboard) => void) => void;
  leave_leaderboard: (wish: JoinWish, ack: (answer: { readonly success: boolean }) => void) => void;
}

/** Of the user alone; all tabs share it. */
export interface LearningState {
  readonly school: SchoolId;
  readonly totalXp: number;
  readonly coins: number;
  readonly rank: Rank;
  /** Ids of those that are unlocked. */
  readonly unlocked: readonly string[];
  /** Ids of the exercises that were finished at least once. */
  readonly finished: readonly string[];
  readonly exercises: readonly Exercise[];
  readonly achievements: readonly Achievement[];
}

/** `GET /api/v1/learning` */
export interface LearningAnswer {
  readonly state: LearningState;
  readonly position: string;
}

/** The channel of a board; a school's names the school. */
export function boardChannel({ type, period }: BoardView, school: SchoolId): string {
  return type === 'global' ? `leaderboard:global:${period}` : `leaderboard:school:${school}:${period}`;
}
