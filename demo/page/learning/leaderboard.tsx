import { useStatus } from 'onesocket/react';
import { useEffect, useState } from 'react';
import {
  type BoardType,
  boardTypes,
  type LeaderboardEntry,
  type Period,
  periods,
  schools,
} from '../../shared/learning.ts';
import { number, time } from '../format.ts';
import { socket, userId } from '../socket.ts';
import { Badge, Notice, Skeleton, Table } from '../ui/bits.tsx';
import { Card } from '../ui/card.tsx';
import { Segments } from '../ui/segments.tsx';
import type { BoardTail } from './use-board.ts';

const bannerMs = 3_000;
const typeWords: Readonly<Record<BoardType, string>> = { global: 'Global', school: 'My school' };
const periodWords: Readonly<Record<Period, string>> = { all_time: 'All time', weekly: 'This week' };
const typeOptions = boardTypes.map((value) => ({ value, label: typeWords[value], testId: `board-${value}` }));
const periodOptions = periods.map((value) => ({ value, label: periodWords[value], testId: `period-${value}` }));

/** Three seconds after each update. */
function useBanner(updates: number): boolean {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (updates === 0) return;
    setShown(true);
    const timer = setTimeout(() => setShown(false), bannerMs);
    return () => clearTimeout(timer);
  }, [updates]);
  return shown && updates > 0;
}

const changeWords: Readonly<Record<LeaderboardEntry['changeType'], string>> = {
  up: 'up',
  down: 'down',
  same: 'unchanged',
  new: 'new',
};

function Change({ entry: { change, changeType } }: { readonly entry: LeaderboardEntry }) {
  const text = changeType === 'new' ? 'new' : change === 0 ? '–' : `${change > 0 ? '▲' : '▼'} ${Math.abs(change)}`;
  const spoken = change === 0 ? changeWords[changeType] : `${changeWords[changeType]} ${Math.abs(change)}`;
  return (
    <span className={`change ${changeType}`}>
      <span aria-hidden="true">{text}</span>
      <span className="visually-hidden">{spoken}</span>
    </span>
  );
}

function Row({ entry }: { readonly entry: LeaderboardEntry }) {
  const own = entry.userId === userId;
  return (
    <tr data-own={own || undefined} data-user={entry.userId} data-testid="board-row">
      <td className="num">{entry.rank}</td>
      <td>
        <Change entry={entry} />
      </td>
      <td>
        <span className="pupil">
          <span className="avatar" aria-hidden="true">
            {entry.avatar}
          </span>
          <span>{entry.username}</span>
          {own && <Badge tone="accent">You</Badge>}
        </span>
      </td>
      <td className="wide-cell">{entry.rankBadge}</td>
      <td className="num">{number(entry.score)}</td>
      <td className="num wide-cell">{number(entry.mlCoins)}</td>
    </tr>
  );
}

interface LeaderboardProps {
  readonly type: BoardType;
  readonly period: Period;
  readonly onType: (type: BoardType) => void;
  readonly onPeriod: (period: Period) => void;
  readonly school: keyof typeof schools | undefined;
  readonly tail: BoardTail;
}

export function LeaderboardCard({ type, period, onType, onPeriod, school, tail }: LeaderboardProps) {
  const connected = useStatus(socket, ({ connection }) => connection === 'connected');
  const { board, status, updates, error } = tail;
  const updated = useBanner(updates);
  const live = connected && status === 'joined';
  return (
    <Card
      title="Leaderboard"
      className="leaderboard"
      testId="leaderboard"
      aside={
        <>
          <p className="board-time" role="status">
            <span className="updated" data-shown={updated} data-testid="updated">
              {updated ? 'Updated' : ''}
            </span>
            <span className="hint">
              {board ? (
                <>
                  As of <time data-testid="board-time">{time(Date.parse(board.timestamp))}</time>
                </>
              ) : (
                'Loading'
              )}
            </span>
          </p>
          <Badge tone={live ? 'good' : 'warn'} data-testid="live" data-live={live}>
            <span className="dot" />
            {live ? 'Live' : 'Paused'}
          </Badge>
        </>
      }
      hint={type === 'school' && school ? `${schools[school]}. ` : 'All schools. '}
    >
      <div className="filters">
        <Segments label="Board" quiet options={typeOptions} value={type} onChange={onType} />
        <Segments label="Period" quiet options={periodOptions} value={period} onChange={onPeriod} />
      </div>
      {status === 'forbidden' && <Notice tone="bad">The server does not let you see this board.</Notice>}
      {error && !board && <Notice tone="bad">It could not be loaded: {error}</Notice>}
      {board ? (
        <Table caption={`${typeWords[type]}, ${periodWords[period]}: the first 100`} className="board-table">
          <thead>
            <tr>
              <th className="num">Place</th>
              <th>
                <abbr title="Places gained or lost since midnight UTC">Today</abbr>
              </th>
              <th>Pupil</th>
              <th className="wide-cell">Rank</th>
              <th className="num">{period === 'weekly' ? 'XP this week' : 'XP'}</th>
              <th className="num wide-cell">Coins</th>
            </tr>
          </thead>
          <tbody>
            {board.leaderboard.map((entry) => (
              <Row key={entry.userId} entry={entry} />
            ))}
          </tbody>
        </Table>
      ) : (
        <Skeleton rows={8} />
      )}
    </Card>
  );
}
