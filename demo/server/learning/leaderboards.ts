/**
 * Leaderboards as they are told: whole ones at most every so often and only if somebody listens, and in between who
 * changed places. Each board has a channel, which a tab joins while it shows it, and a room, which a user joins by command.
 */
import type { Throttled } from 'onesocket/server';
import {
  type BoardView,
  boardChannel,
  boardTypes,
  type Leaderboard,
  type LeaderboardEntry,
  periods,
  type SchoolId,
} from '../../shared/learning.ts';
import type { App } from '../app.ts';
import type { BoardKey, LearningRepository, Standing } from './repository.ts';
import { rankOf } from './rules.ts';

const most = 100;
const listEveryMs = 2_000;
/** What moves within it is told at once. */
const movesEveryMs = 250;

type ListPayload = Pick<Leaderboard, 'leaderboard' | 'timestamp'>;

export interface Leaderboards {
  /** As it is now. */
  read(board: BoardKey): Leaderboard;
  /** Somebody of this school has other scores. Never throws, and nobody waits for it. */
  changed(school: SchoolId): void;
  close(): void;
}

/** All boards that a pupil of this school is on. */
const boardsOf = (school: SchoolId): readonly BoardKey[] =>
  boardTypes.flatMap((type) => periods.map((period) => ({ type, period, school })));

const initials = (name: string) =>
  name
    .split(' ')
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2);

export function toEntry({ userId, name, score, xp, coins, rank, rankBefore }: Standing): LeaderboardEntry {
  const change = rankBefore === null ? 0 : rankBefore - rank;
  const moved = change > 0 ? 'up' : change < 0 ? 'down' : 'same';
  return {
    ...{ rank, userId, username: name, avatar: initials(name), rankBadge: rankOf(xp).name, score, xp, mlCoins: coins },
    ...{ change, changeType: rankBefore === null ? 'new' : moved },
  };
}

export function createLeaderboards(
  { realtime, logbook }: Pick<App, 'realtime' | 'logbook'>,
  repository: LearningRepository,
): Leaderboards {
  const logger = logbook.of('learning');
  const listsByName = new Map<string, readonly Throttled<ListPayload>[]>();
  const dirty = new Map<string, BoardKey>();
  let timer: NodeJS.Timeout | undefined;

  const nameOf = (board: BoardView & Pick<BoardKey, 'school'>) => boardChannel(board, board.school);
  const targetsOf = (name: string) => [{ channel: name }, { room: name }] as const;

  function read(board: BoardKey): Leaderboard {
    const { type, period } = board;
    const entries = repository.standings(board).slice(0, most).map(toEntry);
    return { type, period, leaderboard: entries, timestamp: new Date().toISOString() };
  }

  function listsOf(board: BoardKey): readonly Throttled<ListPayload>[] {
    const name = nameOf(board);
    const known = listsByName.get(name);
    if (known) return known;
    const compute = () => {
      const { leaderboard, timestamp } = read(board);
      return { leaderboard, timestamp };
    };
    const lists = targetsOf(name).map((target) =>
      realtime.throttled(target, 'leaderboard:updated', { everyMs: listEveryMs, compute }),
    );
    listsByName.set(name, lists);
    return lists;
  }

  async function tellMoves(): Promise<void> {
    timer = undefined;
    const boards = [...dirty];
    dirty.clear();
    for (const [name, board] of boards) {
      const changes = repository.takeMoves(board).filter(({ oldRank, newRank }) => Math.min(oldRank, newRank) <= most);
      if (changes.length === 0) continue;
      for (const target of targetsOf(name)) await realtime.to(target).emit('position_change', { changes });
    }
  }

  return {
    read,
    changed(school) {
      for (const board of boardsOf(school)) {
        dirty.set(nameOf(board), board);
        for (const list of listsOf(board)) list.touch();
      }
      timer ??= setTimeout(() => {
        tellMoves().catch((error: unknown) => logger.warn('Who changed places could not be sent', error));
      }, movesEveryMs);
    },
    close() {
      clearTimeout(timer);
      for (const lists of listsByName.values()) for (const list of lists) list.close();
    },
  };
}
