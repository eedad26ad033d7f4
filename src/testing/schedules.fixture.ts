/** Schedules from seeds. */
import fc from 'fast-check';
import type { Step } from './step.ts';
import { acts as allActs } from './steps.ts';

const waits = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 6, arbitrary: fc.integer({ min: 20, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 400, max: 6_000 }) },
);

type Weights = Readonly<Record<string, { readonly weight: number }>>;

const toStep = (acts: Weights): fc.Arbitrary<Step> =>
  fc.record({
    do: fc.oneof(
      ...Object.entries(acts).map(([name, { weight }]) => ({ weight: weight * 2, arbitrary: fc.constant(name) })),
    ),
    who: fc.nat(11),
    much: fc.nat(30),
    wait: waits,
  });

/** The schedule that belongs to a seed. */
export function toSteps(seed: number, length: number, acts: Weights = allActs): readonly Step[] {
  const list = fc.array(toStep(acts), { minLength: length, maxLength: length });
  return fc.sample(list, { seed, numRuns: 1 })[0] ?? [];
}
