/**
 * What a tab needs of the world around it. The browser and the simulator implement these;
 * nothing above them knows which one it runs on. `null` for a port means: the platform lacks it.
 */

export type Cancel = () => void;

/** Time, chance and the turn of the event loop. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump. */
  wall(): number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  after(delayMs: number, run: () => void): Cancel;
  /** Runs in the next task without a timer's delay; a frozen page does not run it. */
  soon(run: () => void): void;
  /** In [0, 1). */
  random(): number;
  /** A random id that nobody else has. */
  uniqueId(): string;
  /** Rejections and throws of the app's handlers end here, where the platform reports uncaught errors. */
  report(error: unknown): void;
}

/** A broadcast channel: per sender in order, never to the sending object itself, no receipt. */
export interface Bus {
  /** Throws when the message can't be cloned. */
  post(message: unknown): void;
  close(): void;
}
export type OpenBus = (name: string, onMessage: (message: unknown) => void) => Bus;

export interface Lock {
  /**
   * Asks for the lock and waits in its queue, or takes it from its holder (`steal`).
   * The grant lasts until `release`; `onLost` runs once when it ends or fails in any other way.
   */
  request(name: string, how: 'queue' | 'steal', grant: LockGrant): Cancel;
  /** Runs `critical` while holding the lock, if nobody holds it now; `false`: somebody does. */
  ifFree(name: string, critical: () => Promise<void>): Promise<boolean>;
  /** An id of the lock's present holder, `null` if there is none. */
  holder(name: string): Promise<string | null>;
  /** False where two tabs may hold one lock at once and nothing can be stolen: a claim is then settled by term. */
  readonly exclusive: boolean;
}
export interface LockGrant {
  onGranted(): void;
  /** The request failed, was aborted by the platform, or the lock was taken away. */
  onLost(): void;
}

/** Socket.IO's modifiers of one packet. */
export interface SendFlags {
  /** Now or never: dropped where it can't be sent at once. */
  readonly volatile?: boolean;
  readonly compress?: boolean;
}

/** One connection to the server; a new one is made for each attempt. */
export interface Link {
  /** False: so large that the server would end the connection for it. Throws for what can't be sent at all. */
  fits(name: string, args: readonly unknown[]): boolean;
  /** Drops the packet when not connected: the outbox decides what to send again. */
  send(name: string, args: readonly unknown[], flags?: SendFlags): void;
  /** Rejects nothing: `onAnswer` runs once with the ack's arguments, or never when the link dies first. */
  request(name: string, args: readonly unknown[], onAnswer: (...answer: unknown[]) => void, flags?: SendFlags): void;
  /** Synchronous; after it no callback runs. `dead`: the transport gave no answer, so it is of no use to others either. */
  close(dead?: boolean): void;
}
export interface LinkEvents {
  onOpen(socketId: string): void;
  onPacket(name: string, args: unknown[]): void;
  onClose(reason: string): void;
  onRefused(error: { readonly code: string; readonly message: string; readonly cause?: unknown }): void;
}
export type OpenLink = (auth: Readonly<Record<string, unknown>>, events: LinkEvents) => Link;

/** Facts on the page's life. `left`: frozen, or about to be cached or gone. `back`: it runs again. */
export type PageFact = 'visible' | 'hidden' | 'left' | 'back' | 'online' | 'offline';
export interface Page {
  visible(): boolean;
  /** False while the page is only prerendered: `back` follows when it is shown. */
  active(): boolean;
  watch(onFact: (fact: PageFact) => void): Cancel;
}

/** Keyed values, asynchronous and possibly failing; plus a small synchronous one for the last moment. */
export interface Store {
  get(key: string): Promise<unknown>;
  /** Reads, changes and writes in one transaction. */
  update(key: string, change: (old: unknown) => unknown): Promise<void>;
  remove(key: string): Promise<void>;
  /** Removes every key that begins with it, of both kinds: what `readNow` gives at once. */
  wipe(prefix: string): Promise<void>;
  readNow(key: string): string | null;
  writeNow(key: string, value: string | null): void;
  /** Another tab changed what `readNow` gives for `key`, or may have. Not for this page's own writes. */
  watchNow(key: string, onChange: () => void): Cancel;
}

/** All ports of one page, gathered once. */
export interface Environment {
  readonly clock: Clock;
  readonly page: Page;
  readonly openBus: OpenBus | null;
  readonly lock: Lock | null;
  /** Loaded only where `lock` is null and there is a bus. */
  readonly loadFallbackLock: () => Promise<Lock>;
  readonly store: Store | null;
}
