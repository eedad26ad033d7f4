import { describe, expect, test } from 'vitest';
import { exercises, finish, type Pupil, rankOf } from './rules.ts';

const fresh: Pupil = { totalXp: 0, coins: 0, achievements: [], finished: {} };
const [first, ...others] = exercises as [(typeof exercises)[number], ...typeof exercises];
const kinds = (result: ReturnType<typeof finish>) => result.outcomes.map(({ kind }) => kind);

describe('finishing an exercise', () => {
  test('brings XP and coins, and the first one an achievement with XP of its own', () => {
    const result = finish(fresh, first);
    expect(kinds(result)).toEqual(['xp', 'coins', 'achievement', 'xp']);
    expect(result.pupil).toMatchObject({ totalXp: first.xp + 20, coins: first.coins, achievements: ['first-steps'] });
    expect(result.outcomes.at(-1)).toMatchObject({ source: 'achievement:first-steps', totalXp: first.xp + 20 });
  });

  test('again brings a quarter, and no achievement twice', () => {
    const result = finish(finish(fresh, first).pupil, first);
    expect(kinds(result)).toEqual(['xp', 'coins']);
    expect(result.outcomes[0]).toMatchObject({ amount: Math.ceil(first.xp / 4) });
  });

  test('promotes when the XP reach the next rank, those of an achievement included', () => {
    const result = finish({ ...fresh, totalXp: 99 - first.xp }, first);
    expect(result.pupil.totalXp).toBe(119);
    const oldRank = { name: 'Novice', level: 1 };
    const newRank = { name: 'Apprentice', level: 2 };
    expect(result.outcomes.at(-1)).toEqual({ kind: 'rank', oldRank, newRank, xpRequired: 100 });
  });

  test('of all leads to every achievement', () => {
    const all = [first, ...others].reduce((pupil, exercise) => finish(pupil, exercise).pupil, fresh);
    expect(all.achievements).toEqual(['first-steps', 'saver', 'all-round', 'complete']);
    expect(all.totalXp).toBe(exercises.reduce((sum, { xp }) => sum + xp, 0) + 20 + 50 + 30 + 100);
  });
});

test('a rank begins at its XP', () => {
  expect([0, 99, 100, 299, 300, 5_000].map((xp) => rankOf(xp).level)).toEqual([1, 1, 2, 2, 3, 6]);
});

test('every right answer is one of the options', () => {
  expect(exercises.every(({ options, answer }) => answer in options)).toBe(true);
});
