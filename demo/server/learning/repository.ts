/** Where Learning is kept: pupils, what they finished and unlocked, and the places that were published last. */
import type { BoardView, Period, RankMove, SchoolId } from '../../shared/learning.ts';
import type { Database } from '../database.ts';
import type { Pupil } from './rules.ts';

export interface Newcomer {
  readonly userId: string;
  readonly name: string;
  readonly school: SchoolId;
  readonly xp: number;
  readonly coins: number;
}

/** One pupil on one board. */
export interface Standing {
  readonly userId: string;
  readonly name: string;
  readonly score: number;
  readonly xp: number;
  readonly coins: number;
  readonly rank: number;
  /** At midnight UTC; `null`: wasn't there. */
  readonly rankBefore: number | null;
}

/** A board, with the school that it is of if it is a school's. */
export interface BoardKey extends BoardView {
  readonly school: SchoolId;
}

export interface LearningRepository {
  isEmpty(): boolean;
  add(pupils: readonly Newcomer[]): void;
  school(userId: string): SchoolId | undefined;
  pupil(userId: string): Pupil;
  /** Stores what `change` makes of the pupil. */
  update(userId: string, change: (pupil: Pupil) => Pupil): void;
  /** All of a board, the first first. Ties go to who has more XP, then by id. */
  standings(board: BoardKey): readonly Standing[];
  /** Who is not where the last call of `takeMoves` left them. */
  moves(board: BoardKey): readonly RankMove[];
  /** The same, and from now on these are where they were left. */
  takeMoves(board: BoardKey): readonly RankMove[];
}

interface ScoreRow {
  readonly user_id: string;
  readonly name: string;
  readonly score: number;
  readonly xp: number;
  readonly coins: number;
}

const dayMs = 86_400_000;
/** 1970 began on a Thursday; weeks begin on Mondays. */
const weekOf = (at: number): number => Math.floor((at / dayMs + 3) / 7);
const dayOf = (at: number): number => Math.floor(at / dayMs);

const nameOf = ({ type, period, school }: BoardKey): string => `${type === 'global' ? type : school}:${period}`;

const schema = `
  CREATE TABLE IF NOT EXISTS pupils (
    user_id TEXT PRIMARY KEY, name TEXT NOT NULL, school TEXT NOT NULL, xp INTEGER NOT NULL, coins INTEGER NOT NULL,
    week INTEGER NOT NULL, week_xp INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS finished (
    user_id TEXT NOT NULL, exercise_id TEXT NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (user_id, exercise_id)
  );
  CREATE TABLE IF NOT EXISTS unlocked (
    user_id TEXT NOT NULL, achievement_id TEXT NOT NULL, PRIMARY KEY (user_id, achievement_id)
  );
  CREATE TABLE IF NOT EXISTS places (
    board TEXT NOT NULL, user_id TEXT NOT NULL, published INTEGER NOT NULL, day INTEGER NOT NULL,
    at_midnight INTEGER NOT NULL, PRIMARY KEY (board, user_id)
  );`;

export function createLearningRepository(db: Database, now: () => number = Date.now): LearningRepository {
  db.migrate(schema);

  /** `week_xp` counts for the week that it was earned in. */
  const scoreOf = (period: Period) =>
    period === 'weekly' ? 'CASE WHEN week = ? THEN week_xp ELSE 0 END' : 'xp + 0 * ?';

  function ranked({ type, period, school }: BoardKey): readonly ScoreRow[] {
    return db.all<ScoreRow>(
      `SELECT user_id, name, xp, coins, ${scoreOf(period)} AS score FROM pupils
       WHERE school = ? OR ? = 'global' ORDER BY score DESC, xp DESC, user_id`,
      ...[weekOf(now()), school, type],
    );
  }

  function published(board: BoardKey): ReadonlyMap<string, number> {
    const sql = 'SELECT user_id, published FROM places WHERE board = ?';
    const rows = db.all<{ user_id: string; published: number }>(sql, nameOf(board));
    return new Map(rows.map((row) => [row.user_id, row.published]));
  }

  function moves(board: BoardKey): readonly RankMove[] {
    const before = published(board);
    return ranked(board).flatMap(({ user_id: userId }, index) => {
      const [oldRank, newRank] = [before.get(userId) ?? index + 1, index + 1];
      return oldRank === newRank ? [] : [{ userId, oldRank, newRank }];
    });
  }

  function publish(board: BoardKey): void {
    const day = dayOf(now());
    const before = published(board);
    for (const [index, { user_id }] of ranked(board).entries()) {
      if (before.get(user_id) === index + 1) continue;
      db.run(
        `INSERT INTO places VALUES (?, ?, ?, ?, ?) ON CONFLICT (board, user_id) DO UPDATE SET
           at_midnight = CASE WHEN day < excluded.day THEN published ELSE at_midnight END,
           day = excluded.day, published = excluded.published`,
        ...[nameOf(board), user_id, index + 1, day, index + 1],
      );
    }
  }

  function pupil(userId: string): Pupil {
    const row = db.get<{ xp: number; coins: number }>('SELECT xp, coins FROM pupils WHERE user_id = ?', userId);
    const times = 'SELECT exercise_id, times FROM finished WHERE user_id = ?';
    const finished = db.all<{ exercise_id: string; times: number }>(times, userId);
    const ids = 'SELECT achievement_id FROM unlocked WHERE user_id = ? ORDER BY rowid';
    const unlocked = db.all<{ achievement_id: string }>(ids, userId);
    return {
      totalXp: row?.xp ?? 0,
      coins: row?.coins ?? 0,
      finished: Object.fromEntries(finished.map((each) => [each.exercise_id, each.times])),
      achievements: unlocked.map((each) => each.achievement_id),
    };
  }

  return {
    isEmpty: () => !db.get('SELECT 1 FROM pupils'),
    add: (pupils) =>
      db.transaction(() => {
        for (const { userId, name, school, xp, coins } of pupils) {
          db.run('INSERT OR IGNORE INTO pupils VALUES (?, ?, ?, ?, ?, ?, 0)', userId, name, school, xp, coins, 0);
        }
      }),
    school: (userId) => db.get<{ school: SchoolId }>('SELECT school FROM pupils WHERE user_id = ?', userId)?.school,
    pupil,
    update: (userId, change) =>
      db.transaction(() => {
        const before = pupil(userId);
        const after = change(before);
        const gained = after.totalXp - before.totalXp;
        const week = weekOf(now());
        db.run(
          `UPDATE pupils SET xp = ?, coins = ?, week_xp = CASE WHEN week = ? THEN week_xp ELSE 0 END + ?, week = ?
           WHERE user_id = ?`,
          ...[after.totalXp, after.coins, week, gained, week, userId],
        );
        for (const [id, times] of Object.entries(after.finished)) {
          db.run('INSERT OR REPLACE INTO finished VALUES (?, ?, ?)', userId, id, times);
        }
        for (const id of after.achievements) db.run('INSERT OR IGNORE INTO unlocked VALUES (?, ?)', userId, id);
      }),
    standings(board) {
      const sql =
        'SELECT user_id, CASE WHEN day < ? THEN published ELSE at_midnight END AS before FROM places WHERE board = ?';
      const rows = db.all<{ user_id: string; before: number }>(sql, dayOf(now()), nameOf(board));
      const before = new Map(rows.map((row) => [row.user_id, row.before]));
      return ranked(board).map(({ user_id: userId, ...rest }, index) => ({
        ...{ ...rest, userId, rank: index + 1, rankBefore: before.get(userId) ?? null },
      }));
    },
    moves,
    takeMoves: (board) =>
      db.transaction(() => {
        const taken = moves(board);
        publish(board);
        return taken;
      }),
  };
}
