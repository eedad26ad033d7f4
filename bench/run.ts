/** What a scenario gets and gives. */
import type { Built } from './build.ts';
import type { Mode } from './modes.ts';

/** One mode with one number of tabs; the variants of a round are run in random order. */
export interface Variant {
  readonly mode: Mode;
  readonly tabs: number;
}
/** Values by metric; their unit ends the metric's name. */
export type Samples = Readonly<Record<string, readonly number[]>>;
export interface Outcome {
  readonly samples: Samples;
  /** Broken promises: each makes the bench fail. */
  readonly faults: readonly string[];
  /** For reading by people; goes into the JSON only. */
  readonly detail?: unknown;
}
export interface Sizes {
  readonly rounds: number;
  readonly burstTabs: readonly number[];
  readonly events: number;
  readonly faultsPerRound: number;
  readonly hangMs: number;
  readonly commandSamples: number;
}
export interface Scenario {
  readonly name: string;
  readonly title: string;
  variants(sizes: Sizes, modes: readonly Mode[]): readonly Variant[];
  run(variant: Variant, sizes: Sizes, built: Built): Promise<Outcome>;
}
export interface Run extends Variant {
  readonly scenario: string;
  readonly round: number;
  readonly outcome: Outcome;
  /** The machine's one-minute load before the run: others may be at work on it. */
  readonly loadBefore: number;
}
