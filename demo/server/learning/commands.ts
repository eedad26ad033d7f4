/** What tabs may ask Learning to do. */
import { CommandError } from 'onesocket/server';
import { boardChannel, type SchoolId } from '../../shared/learning.ts';
import type { App } from '../app.ts';
import type { Leaderboards } from './leaderboards.ts';
import { answer, boardWish } from './schemas.ts';
import type { LearningService } from './service.ts';

interface CommandDeps extends Pick<App, 'realtime'> {
  readonly service: LearningService;
  readonly leaderboards: Leaderboards;
  readonly schoolOf: (userId: string) => SchoolId | undefined;
}

/** Faster than anybody answers, and not enough to keep the server busy. */
const answerLimit = { perSecond: 4, burst: 20 };

export function handleCommands({ realtime, service, leaderboards, schoolOf }: CommandDeps): void {
  const options = { schema: answer, limit: answerLimit };
  realtime.onCommand('exercise:finish', options, async ({ exerciseId, option }, { session }) => {
    const finished = await service.answer(session.userId, exerciseId, option);
    if (!finished) throw new CommandError('not_found', 'There is no such exercise, or no such option');
    return finished;
  });

  function schoolFor(userId: string): SchoolId {
    const school = schoolOf(userId);
    if (!school) throw new CommandError('forbidden', 'Only pupils have a leaderboard');
    return school;
  }

  realtime.onCommand('join_leaderboard', { schema: boardWish }, async (board, { session: { userId } }) => {
    const school = schoolFor(userId);
    await realtime.joinRoom(userId, boardChannel(board, school));
    return leaderboards.read({ ...board, school });
  });

  realtime.onCommand('leave_leaderboard', { schema: boardWish }, async (board, { session: { userId } }) => {
    await realtime.leaveRoom(userId, boardChannel(board, schoolFor(userId)));
    return { success: true };
  });
}
