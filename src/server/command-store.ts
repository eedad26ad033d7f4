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
  begin(userId: string, stamp: CommandStamp): Promise<Begun>;
  /** The first outcome stays; false: there was one. */
  settle(userId: string, id: string, outcome: CommandAnswer): Promise<boolean>;
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

/** A stamp may run ahead of this server's clock by so much: the client counts on from what it was told. */
const skewMs = 60_000;

export function createMemoryCommandStore(clock: Clock, options: MemoryCommandStoreOptions = {}): CommandStore {
  const { windowMs = 600_000, maxPerUser = 1_000 } = options;
  const byUser = new Map<string, UserRecords>();
  // What was sent before this store began belongs to a store that is gone.
  let forgottenUpTo = clock.wall();
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

  function end(userId: string, id: string, outcome: CommandAnswer): Record | null {
    const record = byUser.get(userId)?.records.get(id);
    if (!record || record.settled) return null;
    record.settled = true;
    record.settle(outcome);
    return record;
  }

  return {
    windowMs,
    async begin(userId, { id, sentAt }) {
      sweep();
      const user = byUser.get(userId) ?? { records: new Map<string, Record>(), forgottenUpTo: 0 };
      const known = user.records.get(id);
      if (known) return { kind: 'known', outcome: known.outcome };
      trim(user);
      const now = clock.wall();
      // From the future: its record would be forgotten before its stamp grows old. It may have run before the
      // clock stepped back, so the caller may not hear that it didn't.
      const tooEarly = sentAt > now + skewMs;
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
      return end(userId, id, outcome) !== null;
    },
    async withdraw(userId, id, answer) {
      if (end(userId, id, answer)) byUser.get(userId)?.records.delete(id);
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
