/** What the test server is told, and what it tells: its control API, typed for both ends. */

export interface ServerOptions {
  /** `plain`: a Socket.IO server that knows nothing of us. */
  readonly mode: 'companion' | 'plain';
  /** 0: any; a restarted server gets the port of the one before. */
  readonly port: number;
  /** Beside the main one. */
  readonly namespaces?: readonly string[];
  readonly log?: { readonly maxEvents?: number; readonly ttlMs?: number };
  /** The module of each type of event. */
  readonly moduleByType?: Readonly<Record<string, string>>;
  readonly sessions?: 'multi' | 'replace' | 'reject';
  /** Several servers share what is kept there; `log` holds for memory only. */
  readonly redisUrl?: string;
}

/** Where an event goes. */
export type Target = { readonly user: string } | { readonly channel: string } | 'all';

export interface Publish {
  readonly to: Target;
  /** @defaultValue the main one */
  readonly namespace?: string;
  readonly type: string;
  /** The events carry `{n, part}`, `part` the last two digits of `n`, from `from` to `from + count - 1`. */
  readonly from: number;
  readonly count: number;
  /** Absent: all at once. */
  readonly perSecond?: number;
  /** Adds a filler of this length to each. */
  readonly bytes?: number;
}

/** One Socket.IO connection as the server saw it; times in milliseconds since 1970. */
export interface Session {
  readonly id: string;
  readonly auth: Readonly<Record<string, unknown>>;
  readonly openedAt: number;
  closedAt?: number;
  reason?: string;
}

export interface ServerState {
  readonly sessions: readonly Session[];
  /** Engine.IO connections ever, with those that never authenticated. */
  readonly rawEver: number;
  readonly rawNow: number;
  /** Packets received, by name. */
  readonly received: Readonly<Record<string, number>>;
  /** How often a handler took effect, by command id and by the caller's own key. */
  readonly runsById: Readonly<Record<string, number>>;
  readonly runsByKey: Readonly<Record<string, number>>;
  readonly published: number;
  readonly publishing: boolean;
  /** Packets dropped or sent twice on demand. */
  readonly tampered: number;
}

export interface ControlApi {
  state: { args: Record<string, never>; answer: ServerState };
  publish: { args: Publish; answer: Record<string, never> };
  /** One event, waited for; `refused`: the code, where the log did not take it. */
  append: { args: { readonly n: number }; answer: { readonly refused?: string } };
  /** The next packet with an event of this type is lost, or arrives twice. */
  tamper: { args: { readonly type: string; readonly how: 'skip' | 'repeat' }; answer: Record<string, never> };
  /** No packet is lost or sent twice any more. */
  heal: { args: Record<string, never>; answer: Record<string, never> };
  /** Ends all connections from the server's side. */
  disconnect: { args: Record<string, never>; answer: Record<string, never> };
  /** The log forgets everything; the process and its connections stay. */
  loseLog: { args: Record<string, never>; answer: Record<string, never> };
  /** Lets all `held` commands go on. */
  release: { args: Record<string, never>; answer: Record<string, never> };
  /** From now on this user's tokens are refused with this code; `null`: accepted again. */
  refuse: { args: { readonly user: string; readonly code: string | null }; answer: Record<string, never> };
  /** Ends as a deployment does: the companion says good-bye, then the process exits. */
  shutDown: { args: Record<string, never>; answer: Record<string, never> };
  /** A packet to all that wants an acknowledgement; answers: what came in time. */
  question: { args: { readonly type: string }; answer: { readonly answers: readonly unknown[] } };
  list: { args: { readonly user: string }; answer: { readonly state: readonly number[]; readonly position: string } };
}
