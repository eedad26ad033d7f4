/** What the page and the server of the Desk agree on: a feed that never ends, a counter, and faults on demand. */

/** Events per second that the feed may run at. */
export const rates = [0, 1, 10, 50, 200] as const;

export const kinds = ['order', 'payment', 'parcel', 'review'] as const;
export type Kind = (typeof kinds)[number];

/** Streams `all` and, for `feed:mine`, the user's own. Totals and counts are absolute: applying one twice is no harm. */
export interface DeskEvents {
  'feed:item': (item: { readonly kind: Kind; readonly text: string; readonly total: number }) => void;
  'feed:mine': (item: { readonly text: string; readonly total: number }) => void;
  'feed:rate': (rate: { readonly perSecond: number; readonly by: string }) => void;
  'counter:changed': (counter: { readonly value: number; readonly by: string }) => void;
}
/** Every type that the Desk's server publishes: who wants to see each id of a stream listens to all of them. */
export const deskTypes = ['feed:item', 'feed:mine', 'feed:rate', 'counter:changed'] as const;

/**
 * What the server does to the browser's connection: destroys it, lets it in no more for a while, loses or repeats its
 * next packet of events. `reset`: it forgets its log. `node`: the node that holds it ends, where there are others.
 */
export const faults = ['cut', 'outage', 'skip', 'repeat', 'reset', 'node'] as const;
export type Fault = (typeof faults)[number];

/** Commands, and no REST: they come over the connection that they are about, so at the node that holds it. */
export interface DeskCommands {
  'fault:inject': (wish: { readonly kind: Fault }, ack: (done: { readonly kind: Fault }) => void) => void;
  'feed:set_rate': (wish: { readonly perSecond: number }, ack: (done: { perSecond: number }) => void) => void;
  /** `loseAnswer`: the server cuts the connection before it answers. */
  'counter:add': (
    wish: { readonly by: number; readonly loseAnswer?: boolean },
    ack: (done: { readonly value: number }) => void,
  ) => void;
  /** Answers after `ms`. */
  'answer:late': (wish: { readonly ms: number }, ack: (done: { readonly afterMs: number }) => void) => void;
}

/** The state that all tabs of a user share. */
export interface Board {
  readonly totals: Readonly<Record<Kind, number>>;
  /** Events of the user's own stream. */
  readonly mine: number;
  readonly counter: number;
  readonly perSecond: number;
}

/** `GET /api/v1/desk/board` */
export interface BoardAnswer {
  readonly state: Board;
  readonly position: string;
}

export interface NodeInfo {
  readonly name: string;
  /** Socket.IO connections of the asking browser, and of everybody. */
  readonly browser: number;
  readonly all: number;
  /** It does what only one node may do, such as running the feed. */
  readonly onDuty: boolean;
}

/** `GET /api/v1/desk/server?client=...` */
export interface ServerCounts {
  /** Those that are alive; more than one on Redis. */
  readonly nodes: readonly NodeInfo[];
  /** Sums over the nodes. */
  readonly browser: number;
  readonly all: number;
  readonly sessions: number;
  readonly published: number;
  /** Events given again from the log, to anybody. */
  readonly replayed: number;
  /** How often the board was loaded by tabs of the asking user. */
  readonly loads: number;
  readonly store: 'memory' | 'redis';
  /** The fault `node` is allowed. */
  readonly mayEndNode: boolean;
}
