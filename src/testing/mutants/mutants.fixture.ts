/** All deliberate defects, by the promise that each of them breaks. */
import type { Mutant } from './mutant.fixture.ts';
import { nodes } from './nodes.fixture.ts';
import { p1 } from './p1.fixture.ts';
import { p2 } from './p2.fixture.ts';
import { p3 } from './p3.fixture.ts';
import { p4 } from './p4.fixture.ts';
import { p5 } from './p5.fixture.ts';
import { p6 } from './p6.fixture.ts';
import { p7 } from './p7.fixture.ts';
import { p8 } from './p8.fixture.ts';
import { p9 } from './p9.fixture.ts';
import { p10 } from './p10.fixture.ts';

const withNodes = (promise: string, mutants: readonly Mutant[]): readonly Mutant[] => [
  ...mutants,
  ...nodes.filter(({ id }) => id.startsWith(`${promise}-`)),
];

export const mutantsByPromise: Readonly<Record<string, readonly Mutant[]>> = {
  P1: withNodes('p1', p1),
  P2: withNodes('p2', p2),
  P3: withNodes('p3', p3),
  P4: p4,
  P5: p5,
  P6: p6,
  P7: p7,
  P8: p8,
  P9: withNodes('p9', p9),
  P10: p10,
};
