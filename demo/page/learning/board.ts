/** What becomes of a leaderboard by what the server tells of it. Pure. */
import type { Leaderboard, LeaderboardEvents } from '../../shared/learning.ts';

type Update = Parameters<LeaderboardEvents['leaderboard:updated']>[0];
type Difference = Parameters<LeaderboardEvents['position_change']>[0];

/** An update doesn't say which board it is of: type and period stay. An empty list is a mistake, and no news. */
export function merge(board: Leaderboard, update: Update, warn: (message: string) => void): Leaderboard {
  if (update.leaderboard.length === 0) {
    warn('An empty leaderboard was ignored');
    return board;
  }
  return { ...board, leaderboard: update.leaderboard, timestamp: update.timestamp };
}

/** Moves who changed places; who left the list stays until the next whole one. */
export function move(board: Leaderboard, { changes }: Difference): Leaderboard {
  const newRanks = new Map(changes.map(({ userId, newRank }) => [userId, newRank]));
  const entries = board.leaderboard.map((entry) => {
    const rank = newRanks.get(entry.userId) ?? entry.rank;
    if (rank === entry.rank) return entry;
    const change = entry.change + entry.rank - rank;
    const changeType = change > 0 ? ('up' as const) : change < 0 ? ('down' as const) : ('same' as const);
    return { ...entry, rank, change, changeType: entry.changeType === 'new' ? entry.changeType : changeType };
  });
  return { ...board, leaderboard: entries.sort((a, b) => a.rank - b.rank) };
}

/** `null`: not on the list. */
export function ownRank(board: Leaderboard, userId: string): number | null {
  return board.leaderboard.find((entry) => entry.userId === userId)?.rank ?? null;
}
