/** What every panel of the page may use: the one object handed around. */
import type { OneSocket } from 'onesocket';
import type { ServerCounts } from '../../shared/desk.ts';
import type { ClientEvents, ServerEvents } from '../../shared/events.ts';
import type { UserId } from '../../shared/users.ts';
import type { session } from '../session.ts';
import type { Ledger } from './ledger.ts';
import type { Peers } from './peers.ts';

export type Tone = 'plain' | 'good' | 'bad' | 'lead';
/** Writes a line into this tab's journal. */
export type Note = (text: string, tone?: Tone) => void;

export interface Tab {
  readonly user: UserId;
  readonly socket: OneSocket<ServerEvents, ClientEvents>;
  readonly session: typeof session;
  readonly ledger: Ledger;
  readonly peers: Peers;
  readonly note: Note;
  /** What the server last answered; `null` before that, and while it doesn't. */
  counts(): ServerCounts | null;
  /** One of several panes of a page, which share one thread and need no instructions. */
  readonly pane: boolean;
}
