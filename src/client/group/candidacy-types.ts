/** What one stay of a tab in its group offers to the participant, and what it needs. */
import type { Reason } from '../../core/connection.ts';
import type { LeaderMessage, TabBody } from '../../core/envelope.ts';
import type { Environment, Lock, OpenLink } from '../../core/ports.ts';
import type { Leader } from '../leader/leader.ts';
import type { Settings } from '../options.ts';
import type { Tab } from '../tab/tab.ts';
import type { CounterName } from '../types.ts';
import type { GroupBus } from './group-ports.ts';
import type { Stay } from './household.ts';
import type { Memory, Saved } from './memory.ts';

export interface Candidacy {
  start(): void;
  leading(): boolean;
  standing(): boolean;
  reason(): Reason | null;
  onLeaderMessage(message: LeaderMessage): void;
  /** `heard`: the highest term that the sender heard. */
  onTabMessage(from: string, body: TabBody, heard?: number): void;
  onVisible(): void;
  /** The app, the network or the user is back: stand again and connect now, unless only the app may say so. */
  revive(byApp: boolean): void;
  tabs(): readonly string[];
  client(): string | undefined;
  onHigherTerm(term: number): void;
  saved(): Saved | null;
  isNewToGroup: Leader['isNewToGroup'];
  /** Synchronous: releases the lock, closes the connection, saves the cursors. */
  leave(): void;
}

export interface CandidacyDeps {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly openLink: OpenLink;
  readonly tab: Tab;
  readonly memory: Memory;
  readonly household: Pick<Stay, 'isLed' | 'keepsLock' | 'call'> & { readonly name: string };
  /** `null`: each tab has its own connection. */
  readonly lock: Lock | null;
  /** `null`: there is none, or this tab has left. */
  readonly bus: () => GroupBus | null;
  readonly onSignedOut: () => void;
  readonly onStatus: () => void;
  readonly count: (name: CounterName, by?: number) => void;
}
