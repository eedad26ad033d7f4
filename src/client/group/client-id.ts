/** The browser's id in the handshake: heard from the group, else stored, else random. */
import type { Clock } from '../../core/ports.ts';
import type { Memory } from './memory.ts';

/** Refusals within this time although the lock is held: somebody else uses this id. */
const refusalMemoryMs = 60_000;

interface ClientId {
  known(): string | undefined;
  /** The id from now on; a new one if there is none. */
  settle(stored?: string): string;
  /** The server knows a higher term of this id, and no tab here has it. `hopeless`: none of ours can be above it. */
  refused(hopeless: boolean): string;
}

interface ClientIdDeps {
  readonly clock: Clock;
  readonly memory: Memory;
  readonly heard: () => string | undefined;
  readonly suffix: string;
}

export function createClientId({ clock, memory, heard, suffix }: ClientIdDeps): ClientId {
  let client = heard();
  let refusedAt = Number.NEGATIVE_INFINITY;

  function renew(): string {
    const next = clock.uniqueId();
    memory.writeClient(next);
    return next;
  }

  return {
    known: () => client ?? heard(),
    settle(stored) {
      client ??= heard() ?? stored ?? clock.uniqueId();
      return client + suffix;
    },
    refused(hopeless) {
      if (client === undefined || hopeless || clock.now() - refusedAt < refusalMemoryMs) client = renew();
      refusedAt = clock.now();
      return client + suffix;
    },
  };
}
