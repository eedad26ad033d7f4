/** What the demo's page and its server agree on: people, events, commands and the answers of the HTTP routes. */

export const people = {
  ada: 'Ada Lovelace',
  grace: 'Grace Hopper',
  alan: 'Alan Turing',
  linus: 'Linus Torvalds',
} as const;
export type UserId = keyof typeof people;

export function isUserId(value: unknown): value is UserId {
  return typeof value === 'string' && Object.hasOwn(people, value);
}

/** Events per second that the feed may run at. */
export const rates = [0, 1, 10, 50, 200] as const;

export const kinds = ['order', 'payment', 'parcel', 'review'] as const;
export type Kind = (typeof kinds)[number];

export interface FeedItem {
  readonly kind: Kind;
  readonly text: string;
}

/** Streams `all` and, for `feed:mine`, the user's own. */
export interface ServerEvents {
  'feed:item': (item: FeedItem) => void;
  'feed:mine': (item: { readonly text: string }) => void;
  'feed:rate': (rate: { readonly perSecond: number; readonly by: string }) => void;
  'counter:changed': (counter: { readonly value: number; readonly by: string }) => void;
}
/** Every type that the server publishes: who wants to see each id of a stream listens to all of them. */
export const eventTypes = ['feed:item', 'feed:mine', 'feed:rate', 'counter:changed'] as const;

export interface ClientEvents {
  'feed:set_rate': (wish: { readonly perSecond: number }, ack: (done: { perSecond: number }) => void) => void;
  /** `loseAnswer`: the server cuts the connection before it answers. */
  'counter:add': (
    wish: { readonly by: number; readonly loseAnswer?: boolean },
    ack: (done: { value: number }) => void,
  ) => void;
  /** Answers after `ms`. */
  'answer:late': (wish: { readonly ms: number }, ack: (done: { afterMs: number }) => void) => void;
}

/** The state that all tabs of a user share. */
export interface Board {
  readonly totals: Readonly<Record<Kind, number>>;
  /** Events of the user's own stream. */
  readonly mine: number;
  readonly counter: number;
  readonly perSecond: number;
}

/** `GET /api/board` */
export interface BoardAnswer {
  readonly state: Board;
  readonly position: string;
}

/** `GET /api/server?client=...` */
export interface ServerCounts {
  /** Socket.IO connections of the asking browser, and of everybody. */
  readonly browser: number;
  readonly all: number;
  readonly sessions: number;
  readonly published: number;
  /** Events given again from the log, to anybody. */
  readonly replayed: number;
  /** How often the board was loaded by tabs of the asking user. */
  readonly loads: number;
}

/** `POST /api/fault` */
export const faults = ['cut', 'skip', 'repeat', 'reset'] as const;
export type Fault = (typeof faults)[number];

/** `POST /login` */
export interface LoginAnswer {
  readonly token: string;
  readonly expiresInMs: number;
}
