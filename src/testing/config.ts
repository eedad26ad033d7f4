/** What kind of world a seed makes. */
import type { SessionsPolicy } from '../server/registry.ts';
import type { BrowserOptions } from './browser.ts';
import { createRandom, type Random } from './random.ts';

export interface WorldConfig {
  readonly seed: number;
  readonly browsers: readonly BrowserOptions[];
  readonly users: readonly string[];
  /** The tabs speak no protocol of ours: to them it is any Socket.IO server. */
  readonly plain: boolean;
  readonly sessions: SessionsPolicy;
  /** Some tabs are of another build. */
  readonly builds: boolean;
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
  const plain = random.chance(0.08);
  const sessions = plain || random.chance(0.84) ? 'multi' : random.chance(0.7) ? 'replace' : 'reject';
  const browser = (name: string): BrowserOptions => ({
    name,
    engine: random.chance(0.2) ? 'webkit' : 'chromium',
    locks: mode > 0.1,
    // Without channels and with a storage that fails nothing tells that two tabs are one browser.
    channels: sessions !== 'multi' || mode < 0.95,
    storage: !random.chance(0.1),
  });
  return {
    seed,
    browsers: sessions !== 'multi' || random.chance(0.15) ? [browser('A'), browser('B')] : [browser('A')],
    users: sessions === 'multi' && random.chance(0.15) ? ['ann', 'bob'] : ['ann'],
    plain,
    sessions,
    builds: sessions === 'multi' && random.chance(0.1),
    durableLog: random.chance(0.6),
    ttlMs: random.chance(0.2) ? 6_000 : 600_000,
    maxEvents: random.chance(0.3) ? 15 : 10_000,
    pageSize: random.chance(0.5) ? 5 : 200,
    maxReplay: random.chance(0.2) ? 20 : 10_000,
    derived: random.chance(0.3),
    // A plain server that ends a connection means it: the app has to connect again.
    tokenMs: !plain && random.chance(0.2) ? 12_000 : 0,
  };
}
