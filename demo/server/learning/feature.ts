/** Learning: exercises, what one earns by them, and leaderboards that move. */
import type { ChannelRules } from 'onesocket/server';
import * as v from 'valibot';
import { boardChannel, boardTypes, periods, type SchoolId, schools } from '../../shared/learning.ts';
import { isUserId } from '../../shared/users.ts';
import type { FeatureDefinition } from '../app.ts';
import { HttpError } from '../http/error.ts';
import type { Route } from '../http/router.ts';
import { createRandom } from '../random.ts';
import { classmateCount, classmateId, makePupils, schoolOfUser } from './classmates.ts';
import { handleCommands } from './commands.ts';
import { createLeaderboards } from './leaderboards.ts';
import { createLearningRepository } from './repository.ts';
import { exercises } from './rules.ts';
import { boardWish } from './schemas.ts';
import { createLearningService } from './service.ts';

const schoolIds = Object.keys(schools) as SchoolId[];
/** How often a classmate learns something, at the demo's ordinary pace. */
const classmateEveryMs = 1_500;

/** Everybody may look at the global boards; a school's are for its pupils. */
const channels: Readonly<Record<string, ChannelRules>> = Object.fromEntries(
  schoolIds.flatMap((school) =>
    boardTypes.flatMap((type) =>
      periods.map((period): [string, ChannelRules] => [
        boardChannel({ type, period }, school),
        type === 'global' ? {} : { allow: ({ userId }) => isUserId(userId) && schoolOfUser(userId) === school },
      ]),
    ),
  ),
);

export const learning: FeatureDefinition = {
  name: 'learning',
  moduleByType: {
    'xp:gained': 'learning',
    'coins:earned': 'learning',
    'achievement:unlocked': 'learning',
    'rank:promoted': 'learning',
    'rank:updated': 'learning',
    rank_changed: 'learning',
  },
  channels,
  create(app) {
    const repository = createLearningRepository(app.db);
    const leaderboards = createLeaderboards(app, repository);
    const service = createLearningService(app, repository, leaderboards);
    handleCommands({ ...app, service, leaderboards, schoolOf: repository.school });
    const random = createRandom(app.settings.seed);
    let timer: NodeJS.Timeout | undefined;

    async function classmateLearns(): Promise<void> {
      if (!app.nodes.isOnDuty() || (await app.realtime.connectedUserCount()) === 0) return;
      const exercise = exercises[Math.floor(random() * exercises.length)];
      if (exercise) service.learn(classmateId(Math.floor(random() * classmateCount)), exercise.id);
    }

    const routes: readonly Route[] = [
      { method: 'GET', path: '/api/v1/learning', handle: ({ caller }) => service.overview(caller) },
      {
        method: 'GET',
        path: '/api/v1/learning/leaderboard',
        handle({ caller, query }) {
          const wish = v.safeParse(boardWish, Object.fromEntries(query));
          if (!wish.success) throw new HttpError(400, 'A type and a period that there are');
          return leaderboards.read({ ...wish.output, school: schoolOfUser(caller.userId) });
        },
      },
    ];

    return {
      routes,
      start() {
        if (repository.isEmpty()) repository.add(makePupils());
        for (const school of schoolIds) leaderboards.changed(school);
        const { pace } = app.settings;
        if (pace === 0) return;
        const logger = app.logbook.of('learning');
        timer = setInterval(() => {
          classmateLearns().catch((error: unknown) => logger.warn('A classmate stumbled', error));
        }, classmateEveryMs / pace);
      },
      stop() {
        clearInterval(timer);
        leaderboards.close();
      },
    };
  },
};
