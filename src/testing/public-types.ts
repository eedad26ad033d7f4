/** The public types of `onesocket/testing`. */

import type { DefaultEventsMap } from '../client/event-types.ts';
import type { OneSocketOptions } from '../client/option-types.ts';
import type { OneSocket } from '../client/types.ts';
import type { Authenticate } from '../server/identity.ts';
import type { MemoryLogOptions } from '../server/log-memory.ts';
import type { RealtimeOptions } from '../server/options.ts';
import type { Realtime } from '../server/realtime-types.ts';

export interface RealmOptions<Listen = DefaultEventsMap, Emit = Listen> {
  /** Chance in this world: latencies, ids, orders. The same seed gives the same run. @defaultValue 1 */
  readonly seed?: number;
  /** Of every tab's socket; beside `companion`, `user` and `auth`, which the realm sets. */
  readonly socket?: OneSocketOptions;
  readonly server?: RealmServerOptions<Listen, Emit>;
  /**
   * Gets what handlers and other code of the app threw uncaught in a tab or in the server.
   * @defaultValue the next `run`, `settle` or `until` rejects with it
   */
  readonly onError?: (error: unknown, where: string) => void;
  /** What happens in this world, line by line: for a test that is hard to understand. */
  readonly onTrace?: (line: string) => void;
}

/** As of `attachRealtime`, for what a test needs. */
export interface RealmServerOptions<Listen = DefaultEventsMap, Emit = Listen>
  extends Pick<RealtimeOptions, 'channels' | 'sessions' | 'moduleByType' | 'maxReplay' | 'leaseMs' | 'limits'> {
  /** @defaultValue the token is the user's id, as `openTab({ user })` sends it */
  readonly authenticate?: Authenticate;
  readonly log?: Pick<MemoryLogOptions, 'ttlMs' | 'maxEvents'>;
  /** The log outlives the process, as one in Redis does. @defaultValue false: a restart costs tabs a refresh */
  readonly durableLog?: boolean;
  /** The app's half, such as the function that sets up your own server's companion. Runs in each process. */
  readonly serve?: (server: Realtime<Listen, Emit>) => void;
}

/** The present process's companion; while it is stopped each of its methods throws. */
export interface RealmServer<Listen = DefaultEventsMap, Emit = Listen> extends Realtime<Listen, Emit> {
  /** Ends the process: its memory is gone, its connections break. */
  stop(): void;
  /** A new process. Handlers given to `onCommand` are there again. */
  start(): void;
  /** The log is lost: each stream begins anew, and every tab gets a refresh. */
  loseLog(): void;
}

export interface BrowserOptions {
  readonly name?: string;
  /** False: a platform without it. @defaultValue true */
  readonly locks?: boolean;
  readonly channels?: boolean;
  readonly storage?: boolean;
}

/** A browser profile: its tabs share locks, channels, storage and a network. */
export interface Browser {
  readonly name: string;
}

export interface TabOptions {
  /** Whose tab; also its token. @defaultValue 'user' */
  readonly user?: string;
  /** @defaultValue the realm's first one */
  readonly browser?: Browser;
  /** @defaultValue true */
  readonly visible?: boolean;
  /** Of this tab's socket, above those of the realm; `auth`, for example. */
  readonly socket?: OneSocketOptions;
}

/** A simulated page with a real socket. */
export interface Tab<Listen = DefaultEventsMap, Emit = Listen> {
  readonly name: string;
  readonly user: string;
  readonly browser: Browser;
  /** What `oneSocket()` gives the app: hand it to the component or the store under test. */
  readonly socket: OneSocket<Listen, Emit>;
}

export interface Realm<Listen = DefaultEventsMap, Emit = Listen> {
  readonly server: RealmServer<Listen, Emit>;
  openBrowser(options?: BrowserOptions): Browser;
  /** A page of the app; it joins its group with the socket's first use, as in a browser. */
  openTab(options?: TabOptions): Tab<Listen, Emit>;
  /** With `pagehide`, as a user closes it. */
  closeTab(tab: Tab<Listen, Emit>): void;
  /** Without a word, as when the process dies. */
  crash(tab: Tab<Listen, Emit>): void;
  hide(tab: Tab<Listen, Emit>): void;
  show(tab: Tab<Listen, Emit>): void;
  /** The browser stops a hidden page's timers; `thaw` ends it. */
  freeze(tab: Tab<Listen, Emit>): void;
  thaw(tab: Tab<Listen, Emit>): void;
  /** A task that does not end, such as a debugger's breakpoint, until `unhang`. */
  hang(tab: Tab<Listen, Emit>): void;
  unhang(tab: Tab<Listen, Emit>): void;
  /** Into the back/forward cache, and back out of it. */
  navigateAway(tab: Tab<Listen, Emit>): void;
  navigateBack(tab: Tab<Listen, Emit>): void;
  /** Ends the browser's connections once; the next ones work. @defaultValue the realm's first browser */
  cutNetwork(browser?: Browser): void;
  /** No network, and the pages are told. */
  goOffline(browser?: Browser): void;
  goOnline(browser?: Browser): void;
  /** Packets wait and nobody is told, until `goOnline`. */
  stallNetwork(browser?: Browser): void;
  /** Simulated milliseconds since the realm began. */
  now(): number;
  /** Lets so much simulated time pass. Nothing happens by itself: time goes on in here, `settle` and `until` only. */
  run(ms: number): Promise<void>;
  /** Until nothing is under way but what comes again and again, such as pings; at most 30 s of simulated time. */
  settle(): Promise<void>;
  /**
   * Until the promise is fulfilled or rejected, or the function returns something true; gives its value.
   * @param withinMs - simulated time at most, default 60_000
   * @throws Error with how each tab stands, when it takes longer
   */
  until<Value>(wanted: PromiseLike<Value> | (() => Value), withinMs?: number): Promise<Value>;
}
