/** What every panel of the page may use: the one object handed around. */
import type { OneSocket } from '../../src/index.ts';
import type { ClientEvents, ServerCounts, ServerEvents, UserId } from '../shared.ts';
import type { Ledger } from './ledger.ts';
import type { Peers } from './peers.ts';
import type { Session } from './session.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'lead';
/** Writes a line into this tab's journal. */
export type Note = (text: string, tone?: Tone) => void;

export interface Tab {
  readonly user: UserId;
  readonly socket: OneSocket<ServerEvents, ClientEvents>;
  readonly session: Session;
  readonly ledger: Ledger;
  readonly peers: Peers;
  readonly note: Note;
  /** What the server last answered; `null` before that, and while it doesn't. */
  counts(): ServerCounts | null;
  /** One of several panes of a page, which share one thread and need no instructions. */
  readonly pane: boolean;
}
