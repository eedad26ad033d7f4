/** What kind of world a seed makes. */
import type { BrowserOptions } from './browser.ts';
import { createRandom, type Random } from './random.ts';

export interface WorldConfig {
  readonly seed: number;
  readonly browsers: readonly BrowserOptions[];
  readonly users: readonly string[];
  readonly durableLog: boolean;
  readonly ttlMs: number;
  readonly maxEvents: number;
  readonly pageSize: number;
  readonly maxReplay: number;
  /** The tabs don't say whose they are. */
  readonly derived: boolean;
  /** Milliseconds that a token lasts; 0: for ever. */
  readonly tokenMs: number;
}

/** The weighted corners of what a realm can be; all else comes from the steps. */
export function toConfig(seed: number): WorldConfig {
  const random: Random = createRandom(`config/${seed}`);
  const mode = random.next();
  const browser = (name: string): BrowserOptions => ({
    name,
    engine: random.chance(0.2) ? 'webkit' : 'chromium',
    locks: mode > 0.1,
    channels: mode < 0.95,
    storage: !random.chance(0.1),
  });
  return {
    seed,
    browsers: random.chance(0.15) ? [browser('A'), browser('B')] : [browser('A')],
    users: random.chance(0.15) ? ['ann', 'bob'] : ['ann'],
    durableLog: random.chance(0.6),
    ttlMs: random.chance(0.2) ? 6_000 : 600_000,
    maxEvents: random.chance(0.3) ? 15 : 10_000,
    pageSize: random.chance(0.5) ? 5 : 200,
    maxReplay: random.chance(0.2) ? 20 : 10_000,
    derived: random.chance(0.3),
    tokenMs: random.chance(0.2) ? 12_000 : 0,
  };
}
