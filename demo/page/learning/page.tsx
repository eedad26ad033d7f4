import { useSharedState, useStatus } from 'onesocket/react';
import { useState } from 'react';
import type { BoardType, Period } from '../../shared/learning.ts';
import { socket, userId } from '../socket.ts';
import { Notice } from '../ui/bits.tsx';
import { Loading } from '../ui/loading.tsx';
import { OfflineNotice } from '../ui/offline-notice.tsx';
import { messageOf } from '../ui/use-action.ts';
import { ownRank } from './board.ts';
import { Exercises } from './exercises.tsx';
import { LeaderboardCard } from './leaderboard.tsx';
import { Achievements, Profile } from './profile.tsx';
import { Rewards } from './rewards.tsx';
import { learning } from './state.ts';
import { useBoard } from './use-board.ts';

export function Page() {
  const { state, stale, error } = useSharedState(learning);
  const connected = useStatus(socket, ({ connection }) => connection === 'connected');
  const [type, setType] = useState<BoardType>('global');
  const [period, setPeriod] = useState<Period>('all_time');
  const tail = useBoard(type, period, state?.school);

  return (
    <>
      <header className="page-head">
        <h1>Learning</h1>
      </header>
      {state && (
        <OfflineNotice>
          No connection just now: what you see is the last there was, and answers have to wait.
        </OfflineNotice>
      )}
      {error !== undefined && stale && state && (
        <Notice tone="bad">What you see may be out of date: {messageOf(error)}</Notice>
      )}
      {state ? (
        <div className="learning">
          <div className="learning-side">
            <Profile state={state} place={tail.board && ownRank(tail.board, userId)} />
            <Exercises state={state} online={connected} />
            <Rewards />
            <Achievements state={state} />
          </div>
          <LeaderboardCard {...{ type, period, tail }} school={state.school} onType={setType} onPeriod={setPeriod} />
        </div>
      ) : (
        <Loading error={error === undefined ? null : messageOf(error)} />
      )}
    </>
  );
}
