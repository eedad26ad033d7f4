/**
 * The outcomes of commands, by user and command id: what makes a repetition harmless.
 * A port. The rule for every implementation: a record may only go together with a stamp that refuses its repetition.
 */
import type { CommandAnswer } from '../protocol/messages.ts';
import type { Clock } from './ports.ts';

/** The parts of a command that tell it from others and say when it was first sent. */
export interface CommandStamp {
  readonly id: string;
  readonly sentAt: number;
}

export type Begun =
  /** Recorded as running: whoever gets this answer runs it, nobody else ever does. */
  | { readonly kind: 'run' }
  /** Runs or ran already; fulfilled with its outcome. */
  | { readonly kind: 'known'; readonly outcome: Promise<CommandAnswer> }
  /** May have run and been forgotten. */
  | { readonly kind: 'expired' }
  /** As many commands of this user are running as may. */
  | { readonly kind: 'full' };

export interface CommandStore {
  readonly windowMs: number;
  /** Milliseconds since 1970 on the clock that stamps are held against; later than what the store refuses as older. */
  time(): number;
  /** Who runs it settles it within the lease; nobody waits for one that is over. */
  begin(userId: string, stamp: CommandStamp, leaseMs: number): Promise<Begun>;
  /** The first outcome stays; fulfilled with the one that stands. */
  settle(userId: string, id: string, outcome: CommandAnswer): Promise<CommandAnswer>;
  /** It was begun and, for sure, not run: its repetition may run. */
  withdraw(userId: string, id: string, answer: CommandAnswer): Promise<void>;
}

interface MemoryCommandStoreOptions {
  /** How long a command may be repeated. @defaultValue 600_000 */
  readonly windowMs?: number;
  /** Commands remembered per user; the oldest outcome makes room. @defaultValue 1_000 */
  readonly maxPerUser?: number;
}

interface Record {
  readonly sentAt: number;
  settled: boolean;
  readonly outcome: Promise<CommandAnswer>;
  readonly settle: (outcome: CommandAnswer) => void;
}

interface UserRecords {
  readonly records: Map<string, Record>;
  /** Something sent at this time or before may have been forgotten. */
  forgottenUpTo: number;
}

/** A stamp may run ahead of the clock by so much: the client counts on from what it was told. */
export const stampSkewMs = 60_000;

export function createMemoryCommandStore(clock: Clock, options: MemoryCommandStoreOptions = {}): CommandStore {
  const { windowMs = 600_000, maxPerUser = 1_000 } = options;
  const byUser = new Map<string, UserRecords>();
  // What was sent before this store began belongs to a store that is gone.
  const startedAt = clock.wall();
  let forgottenUpTo = startedAt;
  let sweeping = byUser.entries();

  function forget(user: UserRecords, id: string, record: Record): void {
    user.records.delete(id);
    user.forgottenUpTo = Math.max(user.forgottenUpTo, record.sentAt);
  }

  function trim(user: UserRecords): void {
    const oldest = clock.wall() - windowMs;
    for (const [id, record] of user.records) {
      if (!record.settled || record.sentAt >= oldest) return;
      forget(user, id, record);
    }
  }

  /** One other user per command, so that those who went away are forgotten too. */
  function sweep(): void {
    let next = sweeping.next();
    if (next.done) {
      sweeping = byUser.entries();
      next = sweeping.next();
    }
    if (next.done) return;
    const [userId, user] = next.value;
    trim(user);
    if (user.records.size > 0 || user.forgottenUpTo >= clock.wall() - windowMs) return;
    byUser.delete(userId);
    // The clock may step back: what was forgotten must stay refused even then.
    forgottenUpTo = Math.max(forgottenUpTo, user.forgottenUpTo);
  }

  function makeRoom(user: UserRecords): boolean {
    if (user.records.size < maxPerUser) return true;
    for (const [id, record] of user.records) {
      if (!record.settled) continue;
      forget(user, id, record);
      return true;
    }
    return false;
  }

  function settle(record: Record, outcome: CommandAnswer): Promise<CommandAnswer> {
    record.settled = true;
    record.settle(outcome);
    return record.outcome;
  }

  return {
    windowMs,
    time: () => Math.max(clock.wall(), startedAt + 1),
    async begin(userId, { id, sentAt }) {
      sweep();
      const user = byUser.get(userId) ?? { records: new Map<string, Record>(), forgottenUpTo: 0 };
      const known = user.records.get(id);
      if (known) return { kind: 'known', outcome: known.outcome };
      trim(user);
      const now = clock.wall();
      // From the future: its record would be forgotten before its stamp grows old. It may have run before the
      // clock stepped back, so the caller may not hear that it didn't.
      const tooEarly = sentAt > now + stampSkewMs;
      const tooLate = sentAt < now - windowMs || sentAt <= Math.max(forgottenUpTo, user.forgottenUpTo);
      if (tooEarly || tooLate) return { kind: 'expired' };
      if (!makeRoom(user)) return { kind: 'full' };
      // Making room may have forgotten something sent later than this: then this may have been forgotten before.
      if (sentAt <= user.forgottenUpTo) return { kind: 'expired' };
      user.records.set(id, createRecord(sentAt));
      byUser.set(userId, user);
      return { kind: 'run' };
    },
    async settle(userId, id, outcome) {
      const record = byUser.get(userId)?.records.get(id);
      return record ? settle(record, outcome) : outcome;
    },
    async withdraw(userId, id, answer) {
      const records = byUser.get(userId)?.records;
      const record = records?.get(id);
      if (!record || record.settled) return;
      void settle(record, answer);
      records?.delete(id);
    },
  };
}

function createRecord(sentAt: number): Record {
  let settle: (outcome: CommandAnswer) => void = () => {};
  const outcome = new Promise<CommandAnswer>((resolve) => {
    settle = resolve;
  });
  return { sentAt, settled: false, outcome, settle };
}
