import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createStage, type Stage } from '../stage.fixture.ts';
import { createLeaderboards, type Leaderboards } from './leaderboards.ts';
import { type BoardKey, createLearningRepository, type LearningRepository } from './repository.ts';
import { exercises } from './rules.ts';
import { createLearningService, type LearningService } from './service.ts';

const dayMs = 86_400_000;
const global: BoardKey = { type: 'global', period: 'all_time', school: 'lyceum' };
const weekly: BoardKey = { ...global, period: 'weekly' };
const { id, answer, xp } = exercises[0] as (typeof exercises)[number];

let stage: Stage;
let repository: LearningRepository;
let leaderboards: Leaderboards;
let service: LearningService;
/** A Monday. */
let now = Date.UTC(2026, 10, 23, 12);

const pupil = (userId: string, points: number, school: BoardKey['school'] = 'lyceum') => ({
  ...{ userId, name: `${userId} Test`, school, xp: points, coins: 0 },
});

beforeEach(() => {
  now = Date.UTC(2026, 10, 23, 12);
  stage = createStage();
  repository = createLearningRepository(stage.db, () => now);
  leaderboards = createLeaderboards(stage, repository);
  service = createLearningService(stage, repository, leaderboards);
  repository.add([pupil('ada', 100), pupil('ben', 120), pupil('cleo', 500, 'academy')]);
  repository.takeMoves(global);
});
afterEach(() => {
  leaderboards.close();
  stage.close();
});

const order = (board: BoardKey) => leaderboards.read(board).leaderboard.map(({ userId }) => userId);
const typesTo = (stream: string) => stage.told.filter((each) => each.stream === stream).map(({ type }) => type);

describe('an exercise', () => {
  test('answered right is stored, then told with the new place', async () => {
    expect(await service.answer('ada', id, answer)).toEqual({ correct: true, xp: xp + 20, coins: 5 });
    expect(typesTo('user:ada')).toEqual([
      'xp:gained',
      'coins:earned',
      'achievement:unlocked',
      'xp:gained',
      'rank_changed',
    ]);
    expect(stage.told.at(-1)?.payload).toEqual({ userId: 'ada', oldRank: 3, newRank: 2, pointsGained: xp + 20 });
    const { state } = await service.overview({ userId: 'ada' });
    expect(state).toMatchObject({ totalXp: 150, coins: 5, unlocked: ['first-steps'], finished: [id] });
  });

  test('answered wrong changes nothing', async () => {
    expect(await service.answer('ada', id, answer === 0 ? 1 : 0)).toMatchObject({ correct: false });
    expect(stage.told).toEqual([]);
    expect((await service.overview({ userId: 'ada' })).state.totalXp).toBe(100);
  });

  test('that there is not is refused', async () => {
    expect(await service.answer('ada', 'nope', 0)).toBeNull();
    expect(await service.answer('ada', id, 9)).toBeNull();
  });

  test('leads to both names of a promotion', async () => {
    const [, , hard] = exercises as [unknown, unknown, (typeof exercises)[number]];
    repository.update('ada', (before) => ({ ...before, totalXp: 290 }));
    await service.answer('ada', hard.id, hard.answer);
    expect(typesTo('user:ada')).toEqual(expect.arrayContaining(['rank:promoted', 'rank:updated']));
  });
});

describe('a leaderboard', () => {
  test('of a school has its pupils, the global one all', () => {
    expect(order(global)).toEqual(['cleo', 'ben', 'ada']);
    expect(order({ ...global, type: 'school' })).toEqual(['ben', 'ada']);
  });

  test('of the week counts what was earned in it', () => {
    service.learn('ada', id);
    expect(order(weekly)).toEqual(['ada', 'cleo', 'ben']);
    expect(leaderboards.read(weekly).leaderboard[0]).toMatchObject({ userId: 'ada', score: xp + 20, xp: 150 });
    now += 7 * dayMs;
    expect(leaderboards.read(weekly).leaderboard.every(({ score }) => score === 0)).toBe(true);
  });

  test('says who changed places since it was asked last, once', () => {
    service.learn('ada', id);
    const moves = [
      { userId: 'ada', oldRank: 3, newRank: 2 },
      { userId: 'ben', oldRank: 2, newRank: 3 },
    ];
    expect(repository.takeMoves(global)).toEqual(moves);
    expect(repository.takeMoves(global)).toEqual([]);
  });

  test('shows the places gained since midnight', () => {
    service.learn('ada', id);
    repository.takeMoves(global);
    const moved = () => leaderboards.read(global).leaderboard.map(({ change, changeType }) => [change, changeType]);
    expect(moved()).toEqual([
      [0, 'same'],
      [1, 'up'],
      [-1, 'down'],
    ]);
    now += dayMs;
    expect(moved().map(([change]) => change)).toEqual([0, 0, 0]);
  });

  test('tells its channel and its room of moves', async () => {
    service.learn('ada', id);
    await expect
      .poll(() => stage.told.map(({ stream, type }) => `${stream} ${type}`))
      .toEqual(
        expect.arrayContaining([
          'channel:leaderboard:global:all_time position_change',
          'room:leaderboard:global:all_time position_change',
        ]),
      );
  });

  test('has 100 places', () => {
    repository.add(Array.from({ length: 120 }, (_, index) => pupil(`p${index}`, index)));
    expect(leaderboards.read(global).leaderboard).toHaveLength(100);
  });
});
