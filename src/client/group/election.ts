/** Standing for the group's lock, holding it, taking it from a dead leader. The term is the participant's. */
import type { Cancel, Clock, Lock } from '../../core/ports.ts';

interface Election {
  /** Queues for the lock, unless it stands already. */
  stand(): void;
  /** Releases the lock, or leaves its queue. Synchronous; or releases it `late`, unless it stands or withdraws before. */
  withdraw(late?: boolean): void;
  standing(): boolean;
  /** Takes the lock from whoever holds it. */
  steal(): void;
  /** Runs `critical`, unless another tab is about to steal (false): two steals at once would both be granted. */
  beforeSteal(critical: () => Promise<void>): Promise<boolean>;
  /** Is this tab still the lock's holder? Bounded; a platform that does not answer is believed. */
  stillHeld(): Promise<boolean>;
}

interface ElectionDeps {
  readonly lock: Lock;
  readonly name: string;
  readonly clock: Clock;
  readonly onGranted: () => void;
  /** The lock was taken, silently or by a steal, or the request failed. */
  readonly onLost: () => void;
}

const queryTimeoutMs = 1_000;
/**
 * Time for the other tabs to hear why nobody leads. A grant may overtake what tells the next one, the message and the
 * mark in `localStorage`: it would connect although the server said no, or take the place of whoever
 * replaced the group.
 */
const hearingMs = 1_000;

export function createElection({ lock, name, clock, onGranted, onLost }: ElectionDeps): Election {
  let request: Cancel | null = null;
  /** Counts requests, so that a late grant or loss of an old one is known. */
  let life = 0;
  let granted = false;
  let holder: string | null = null;
  let stopQuery: Cancel = () => {};
  let releaseLate: Cancel = () => {};

  function ask(how: 'queue' | 'steal'): void {
    withdraw();
    const mine = life;
    request = lock.request(name, how, {
      onGranted() {
        if (mine !== life) return;
        granted = true;
        void askHolder().then((id) => {
          if (mine === life) holder = id ?? null;
        });
        onGranted();
      },
      onLost() {
        if (mine !== life) return;
        withdraw();
        onLost();
      },
    });
  }

  function withdraw(late = false): void {
    life += 1;
    holder = null;
    stopQuery();
    releaseLate();
    const release = request;
    request = null;
    const holds = granted;
    granted = false;
    // From the queue it goes at once: a grant that nobody uses would keep out those that stand.
    if (!release || !late || !holds) return release?.();
    const stop = clock.after(hearingMs, release);
    releaseLate = () => {
      stop();
      release();
    };
  }

  function askHolder(): Promise<string | null | undefined> {
    return new Promise((resolve) => {
      stopQuery();
      stopQuery = clock.after(queryTimeoutMs, () => resolve(undefined));
      lock.holder(name).then(resolve, () => resolve(undefined));
    });
  }

  return {
    stand() {
      if (!request) ask('queue');
    },
    withdraw,
    standing: () => request !== null,
    steal: () => ask('steal'),
    beforeSteal: (critical) => lock.ifFree(`${name}:steal`, critical),
    async stillHeld() {
      const mine = life;
      const before = holder;
      const now = await askHolder();
      if (mine !== life) return false;
      return now === undefined || before === null || now === before;
    },
  };
}
