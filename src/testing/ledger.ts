/** The truth that tabs are compared with: what was appended to each stream, what each command did. */
import type { Appended } from './server.ts';

/** `add` works; the others are refused, throw, outlast their lease or come too often. */
export type CommandName = 'add' | 'refuse' | 'boom' | 'slow' | 'rare';

interface Issued {
  readonly key: number;
  readonly name: CommandName;
  readonly tab: string;
  readonly at: number;
  readonly timeoutMs: number;
  outcome: string | null;
  code?: string;
}

export interface Ledger {
  /** Numbers the events of all streams. */
  nextNumber(): number;
  appended(entry: Appended): void;
  event(number: number): Appended | undefined;
  /** What a user's state is made of: all events of `all` and of the user's own stream. */
  numbersFor(user: string): readonly number[];
  eventsOf(stream: string, epoch: string): readonly Appended[];
  /** Epochs of a stream in the order in which they began. */
  epochsOf(stream: string): readonly string[];
  issue(name: CommandName, tab: string, at: number, timeoutMs: number): Issued;
  /** The command took effect. */
  ran(key: number): void;
  runs(key: number): number;
  commands(): readonly Issued[];
}

export function createLedger(): Ledger {
  let numbers = 0;
  const byNumber = new Map<number, Appended>();
  const epochs = new Map<string, string[]>();
  const commands: Issued[] = [];
  const runs = new Map<number, number>();

  return {
    nextNumber() {
      numbers += 1;
      return numbers;
    },
    appended(entry) {
      byNumber.set((entry.payload as { readonly number: number }).number, entry);
      const known = epochs.get(entry.stream) ?? [];
      if (!known.includes(entry.epoch)) epochs.set(entry.stream, [...known, entry.epoch]);
    },
    numbersFor: (user) =>
      [...byNumber].filter(([, { stream }]) => stream === 'all' || stream === `user:${user}`).map(([number]) => number),
    eventsOf: (stream, epoch) =>
      [...byNumber.values()].filter((entry) => entry.stream === stream && entry.epoch === epoch),
    event: (number) => byNumber.get(number),
    epochsOf: (stream) => epochs.get(stream) ?? [],
    issue(name, tab, at, timeoutMs) {
      const issued: Issued = { key: commands.length + 1, name, tab, at, timeoutMs, outcome: null };
      commands.push(issued);
      return issued;
    },
    ran: (key) => void runs.set(key, (runs.get(key) ?? 0) + 1),
    runs: (key) => runs.get(key) ?? 0,
    commands: () => commands,
  };
}
