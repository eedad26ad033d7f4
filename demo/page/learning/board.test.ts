import { describe, expect, test, vi } from 'vitest';
import type { Leaderboard, LeaderboardEntry } from '../../shared/learning.ts';
import { merge, move, ownRank } from './board.ts';

const entry = (userId: string, rank: number): LeaderboardEntry => ({
  ...{ rank, userId, username: userId, avatar: 'AA', rankBadge: 'Novice', score: 0, xp: 0, mlCoins: 0 },
  ...{ change: 0, changeType: 'same' },
});
const board: Leaderboard = {
  ...{ type: 'school', period: 'weekly', timestamp: '2026-11-23T10:00:00.000Z' },
  leaderboard: [entry('ada', 1), entry('ben', 2), entry('cleo', 3)],
};
const order = ({ leaderboard }: Leaderboard) => leaderboard.map(({ userId }) => userId);

describe('an update', () => {
  test('brings list and time, and leaves type and period', () => {
    const update = { leaderboard: [entry('ben', 1)], timestamp: '2026-11-23T10:00:05.000Z' };
    expect(merge(board, update, vi.fn())).toEqual({ type: 'school', period: 'weekly', ...update });
  });

  test('with an empty list is ignored, with a warning', () => {
    const warn = vi.fn();
    expect(merge(board, { leaderboard: [], timestamp: '2026-11-23T10:00:05.000Z' }, warn)).toBe(board);
    expect(warn).toHaveBeenCalledOnce();
  });
});

test('who changed places is moved, with the places gained', () => {
  const moved = move(board, {
    changes: [
      { userId: 'cleo', oldRank: 3, newRank: 1 },
      { userId: 'ada', oldRank: 1, newRank: 2 },
      { userId: 'ben', oldRank: 2, newRank: 3 },
      { userId: 'stranger', oldRank: 101, newRank: 100 },
    ],
  });
  expect(order(moved)).toEqual(['cleo', 'ada', 'ben']);
  expect(moved.leaderboard.map(({ change, changeType }) => [change, changeType])).toEqual([
    [2, 'up'],
    [-1, 'down'],
    [-1, 'down'],
  ]);
  expect(moved.timestamp).toBe(board.timestamp);
});

test('one’s own rank is found in the list, or there is none', () => {
  expect(ownRank(board, 'ben')).toBe(2);
  expect(ownRank(board, 'zoe')).toBeNull();
});
