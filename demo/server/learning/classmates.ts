/** The other pupils: made up once, and learning on while somebody looks. */
import { type SchoolId, schools } from '../../shared/learning.ts';
import { type UserId, userIds, users } from '../../shared/users.ts';
import { createRandom, pick } from '../random.ts';
import type { Newcomer } from './repository.ts';

const firstNames = ['Ana', 'Ben', 'Chika', 'Dario', 'Elif', 'Femi', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kaya'] as const;
const lastNames = [
  'Adler',
  'Brandt',
  'Costa',
  'Duarte',
  'Evans',
  'Fischer',
  'Gruber',
  'Haddad',
  'Ivanov',
  'Jansen',
  'Kim',
] as const;
const schoolIds = Object.keys(schools) as [SchoolId, ...SchoolId[]];

/** More than a leaderboard shows. */
export const classmateCount: number = firstNames.length * lastNames.length;
export const classmateId = (index: number): string => `pupil-${index + 1}`;

/** Always the same ones: who compares two databases finds the same names. */
const seed = 7;
const mostXp = 2_600;

const startByUser: Readonly<Record<UserId, Pick<Newcomer, 'school' | 'xp' | 'coins'>>> = {
  ada: { school: 'lyceum', xp: 640, coins: 30 },
  grace: { school: 'lyceum', xp: 410, coins: 20 },
  alan: { school: 'academy', xp: 250, coins: 10 },
  linus: { school: 'college', xp: 0, coins: 0 },
};

export const schoolOfUser = (userId: UserId): SchoolId => startByUser[userId].school;

export function makePupils(): readonly Newcomer[] {
  const random = createRandom(seed);
  const own = userIds.map((userId) => ({ userId, name: users[userId].name, ...startByUser[userId] }));
  const others = Array.from({ length: classmateCount }, (_, index): Newcomer => {
    const first = firstNames[index % firstNames.length] ?? firstNames[0];
    const last = lastNames[Math.floor(index / firstNames.length)] ?? lastNames[0];
    // Squared: many beginners, few at the top.
    const xp = 5 + Math.floor(random() ** 2 * mostXp);
    return {
      userId: classmateId(index),
      name: `${first} ${last}`,
      school: pick(random, schoolIds),
      xp,
      coins: Math.floor(xp / 8),
    };
  });
  return [...own, ...others];
}
