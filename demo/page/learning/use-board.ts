/** The leaderboard that this tab shows: only its channel is joined, and it is left for another. */
import type { ChannelStatus } from 'onesocket';
import { useEffect, useState } from 'react';
import {
  type BoardType,
  boardChannel,
  type Leaderboard,
  type LeaderboardEvents,
  type Period,
  type SchoolId,
} from '../../shared/learning.ts';
import { session } from '../session.ts';
import { socket } from '../socket.ts';
import { messageOf } from '../ui/use-action.ts';
import { merge, move } from './board.ts';

export interface BoardTail {
  /** `null`: not loaded yet. */
  readonly board: Leaderboard | null;
  readonly status: ChannelStatus;
  /** Whole updates that came since the board is shown. */
  readonly updates: number;
  readonly error: string | null;
}

const nothingYet: BoardTail = { board: null, status: 'joining', updates: 0, error: null };
const warn = (message: string) => console.warn(message);

export function useBoard(type: BoardType, period: Period, school: SchoolId | undefined): BoardTail {
  const [tail, setTail] = useState(nothingYet);

  useEffect(() => {
    setTail(nothingYet);
    if (!school) return;
    const channel = socket.channel<LeaderboardEvents>(boardChannel({ type, period }, school));
    const aborter = new AbortController();
    const { signal } = aborter;
    /** Came while the board was being loaded, and may be newer. */
    let last: Parameters<LeaderboardEvents['leaderboard:updated']>[0] | null = null;

    async function load(): Promise<void> {
      try {
        const address = `/api/v1/learning/leaderboard?type=${type}&period=${period}`;
        const loaded = await session.request<Leaderboard>(address, { signal });
        const board = last && last.timestamp > loaded.timestamp ? merge(loaded, last, warn) : loaded;
        setTail((before) => ({ ...before, board, error: null }));
      } catch (error) {
        if (!signal.aborted) setTail((before) => ({ ...before, error: messageOf(error) }));
      }
    }

    function onStatus(status: ChannelStatus): void {
      setTail((before) => ({ ...before, status }));
      // From here on events come; what was before is loaded.
      if (status === 'joined') void load();
    }
    channel.on('leaderboard:updated', (update) => {
      last = update;
      setTail((before) => {
        if (!before.board) return before;
        const board = merge(before.board, update, warn);
        return board === before.board ? before : { ...before, board, updates: before.updates + 1 };
      });
    });
    channel.on('position_change', (difference) => {
      setTail((before) => (before.board ? { ...before, board: move(before.board, difference) } : before));
    });
    channel.onRefresh(() => void load());
    channel.onStatus(onStatus);
    onStatus(channel.status);

    return () => {
      aborter.abort();
      channel.leave();
    };
  }, [type, period, school]);

  return tail;
}
