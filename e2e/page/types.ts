/** What the test page offers to the specs, and what it keeps. Shared by page, server and specs. */
import type { Diagnostics, Status } from '../../src/index.ts';

/** How the page's socket gets its token. */
export type AuthPlan =
  /** A fresh token of this user from the server; `ttl` in seconds, negative: expired. */
  | {
      readonly kind: 'token';
      readonly user: string;
      readonly ttl?: number;
      /** That the token names; absent: none are named, so it is of all. */
      readonly modules?: readonly string[];
      /** The token is made, and given, so late. */
      readonly afterMs?: number;
    }
  /** Signed out. */
  | { readonly kind: 'none' }
  /** The app's token endpoint is broken. */
  | { readonly kind: 'throws' }
  /** It never answers. */
  | { readonly kind: 'hangs' };

/** Goes to the page in its address, so that a reload and a return start alike. */
export interface PageConfig {
  readonly name: string;
  /** Where the socket connects: the proxy. */
  readonly url: string;
  readonly auth: AuthPlan;
  /** False: the page creates the socket only at `tab.start()`. */
  readonly start?: boolean;
  /** True: the page opens its shared list at once. */
  readonly list?: boolean;
  /** Of the shared list. */
  readonly listVersion?: number;
  /** True: the shared list outlives its tabs. */
  readonly keepList?: boolean;
  /** Event types recorded through `onEvent` (companion) or `on` (plain). */
  readonly types: readonly string[];
  /** Options of `oneSocket` that survive JSON. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** One event as the handlers got it: stream, id, and the number that the server's test code gave it. */
export interface Seen {
  readonly stream: string;
  readonly id: number;
  readonly n: number;
}

export interface RefreshSeen {
  readonly streams: readonly string[];
  readonly reason: string;
  /** Events recorded before it. */
  readonly after: number;
}

export interface CommandSeen {
  readonly key: string;
  readonly outcome: 'result' | 'refused' | 'not_sent' | 'unknown' | 'unclassified';
  readonly code?: string;
  readonly result?: unknown;
  readonly tookMs: number;
}

/** One life of one page: a reload begins another. */
export interface TabRecord {
  readonly name: string;
  readonly life: string;
  /** Through `onEvent`. */
  readonly events: Seen[];
  /** `n` through `on`. */
  readonly plain: number[];
  readonly refreshes: RefreshSeen[];
  /** `connect`, `connect:recovered`, `disconnect`, `connect_error:<code>`. */
  readonly link: string[];
  /** Events recorded before each of `link`. */
  readonly linkAfter: number[];
  /** Role changes, in order. */
  readonly roles: string[];
  readonly commands: CommandSeen[];
  readonly lifecycle: string[];
  /** Uncaught errors and unhandled rejections, for drivers that tell of none. */
  readonly errors: string[];
  /** What `status` says is missing. */
  degraded: readonly string[];
}

/** The page's one shared state: a list of numbers that `tick` events append to. */
export interface ListSnapshot {
  readonly list: readonly number[] | undefined;
  readonly stale: boolean;
  readonly loads: number;
  /** The first that the page had of it, stale or not. */
  readonly first: { readonly list: readonly number[]; readonly stale: boolean; readonly atMs: number } | undefined;
  /** When it was first not stale, in milliseconds since the page began. */
  readonly rightAtMs: number | undefined;
}

export interface ChannelSeen {
  readonly status: string;
  readonly seen: readonly number[];
  readonly refreshes: readonly string[];
}

export interface TabApi {
  readonly record: TabRecord;
  /** Creates the socket and its listeners; again after `close()`: another facade. */
  start(): void;
  /** A second facade on the same participant, with one listener; returns what it has seen so far when called. */
  startSecond(): { seen(): number[]; close(): void };
  /** Adds listeners of every recorded type that throw and that reject. */
  misbehave(): void;
  /** Answers packets of this type that want an acknowledgement, with the tab's name. */
  answer(type: string): { calls(): number };
  status(): Status;
  diagnostics(): Diagnostics;
  connected(): boolean;
  socketId(): string | undefined;
  connect(): void;
  close(): void;
  signOut(): Promise<void>;
  setAuth(plan: AuthPlan): void;
  authCalls(): number;
  /** Fires a command and records its outcome; returns at once. */
  command(key: string, name?: string): void;
  /** `emitWithAck` as it is: resolves with the result, rejects into `{code}`. */
  ask(name: string, ...args: unknown[]): Promise<unknown>;
  emit(name: string, ...args: unknown[]): void;
  /** Joins the channel `numbers` for these parts; what it brought is in `channels`, in the order of the calls. */
  joinChannel(parts: readonly number[]): void;
  channels(): readonly ChannelSeen[];
  openList(): void;
  list(): ListSnapshot;
}

declare global {
  interface Document {
    /** Chromium only. */
    readonly prerendering?: boolean;
  }
  interface Window {
    tab: TabApi;
    /** Of `leaks.ts`; only where a spec injected it. */
    live?: () => Promise<Record<string, number>>;
    /** Of `deaf.ts`: true drops what comes over any BroadcastChannel. */
    deaf?: boolean;
  }
}
