/**
 * Who is connected, and which leadership of each browser spoke last. A port: the memory one knows this process,
 * a shared one all nodes.
 */
import type { Cancel, Clock } from './ports.ts';

/** What the policy does when another browser of the user is connected. */
export type SessionsPolicy = 'multi' | 'replace' | 'reject';

/** One connection, as the app may know it. */
export interface SessionInfo {
  readonly userId: string;
  /** The browser profile, as the handshake named it; a client without our protocol is named by its socket. */
  readonly client: string;
  readonly socketId: string;
  /** Tells one connection from the next of the same client. */
  readonly sessionId: string;
  /** Wall clock, milliseconds since 1970. */
  readonly connectedAt: number;
  /** Wall clock at which the token ends; absent: it doesn't. */
  readonly expiresAt?: number;
  readonly email?: string;
  readonly role?: string;
  readonly shopId?: string;
  readonly modules?: readonly string[];
  readonly rooms?: readonly string[];
  /** Up to where it had the user's own stream when it connected. */
  readonly lastEventId?: number;
}

/** A connection that asks to be its client's only one. Fencing compares the whole `client`. */
export interface Claim extends SessionInfo {
  readonly tab: string;
  readonly term: number;
  readonly attempt: number;
}

export type ClaimAnswer =
  /** By session id: the client's own older connection, and those of other browsers that the policy ends. */
  | { readonly kind: 'granted'; readonly superseded: string | null; readonly replaced: readonly string[] }
  /** An older leadership; `term` is the highest one known. */
  | { readonly kind: 'stale'; readonly term: number }
  | { readonly kind: 'rejected' };

/**
 * By a later connection of the same client, by another browser under the policy `replace`, by the app, or because
 * its node could not say for so long that it is there that others count it as gone.
 */
export type SessionEnd = 'superseded' | 'replaced' | 'revoked' | 'unseen';

export interface Registry {
  /** Compares and sets in one step. */
  claim(claim: Claim, policy: SessionsPolicy): Promise<ClaimAnswer>;
  /** Takes what a renewed token says. Nothing happens when a later connection took over. */
  renew(claim: Claim): Promise<void>;
  /** The connection is gone; its term and attempt stay known. Nothing happens when a later one took over. */
  release(claim: Claim): Promise<void>;
  /**
   * Told of sessions granted here that ended elsewhere: by a claim at another node, or by one that this node
   * learned of late; and of those that were revoked, wherever.
   */
  onEnded(handler: (sessionId: string, why: SessionEnd) => void): Cancel;
  /** Ends all connections of a user, on whichever node. Returns how many they were. */
  revoke(userId: string): Promise<number>;
  /** Connected ones. */
  ofUser(userId: string): Promise<readonly Claim[]>;
  all(): Promise<readonly Claim[]>;
}

interface MemoryRegistryOptions {
  /** How long a client without a connection and without an expiry is remembered. @defaultValue 3_600_000 */
  readonly rememberMs?: number;
  /** Clients remembered; those longest without a connection make room. @defaultValue 100_000 */
  readonly maxClients?: number;
  /** Of these, of one user: nobody pushes out the clients of others. @defaultValue 200 */
  readonly maxPerUser?: number;
}

interface Entry {
  claim: Claim;
  connected: boolean;
  /** On the monotonic clock; counts only without a connection. */
  forgetAt: number;
  /** Orders those without a connection. */
  restsSince: number;
}

/** Lower term, the same term from another tab, or the same tab's lower or equal attempt. */
function isStale(claim: Claim, known: Claim): boolean {
  if (claim.term !== known.term) return claim.term < known.term;
  return claim.tab !== known.tab || claim.attempt <= known.attempt;
}

/** Tabs without a channel call themselves `<client>/<tab>`: one browser all the same. */
export function browserOf(client: string): string {
  const slash = client.indexOf('/');
  return slash < 0 ? client : client.slice(0, slash);
}

export function createMemoryRegistry(clock: Clock, options: MemoryRegistryOptions = {}): Registry {
  const { rememberMs = 3_600_000, maxClients = 100_000, maxPerUser = 200 } = options;
  const entriesByUser = new Map<string, Map<string, Entry>>();
  // In the order in which they lost their connection.
  const idle = new Map<Entry, string>();
  const handlers = new Set<(sessionId: string, why: SessionEnd) => void>();
  let rests = 0;

  function forget(entry: Entry): void {
    const entries = entriesByUser.get(entry.claim.userId);
    if (entries?.get(entry.claim.client) === entry) entries.delete(entry.claim.client);
    if (entries?.size === 0) entriesByUser.delete(entry.claim.userId);
    idle.delete(entry);
  }

  /** A few per call, so that no call pays for all. */
  function sweep(): void {
    let looks = 4;
    for (const [entry] of idle) {
      const over = idle.size > maxClients;
      if (!over && (entry.forgetAt > clock.now() || looks === 0)) return;
      looks -= 1;
      forget(entry);
    }
  }

  function trim(userId: string): void {
    const entries = [...(entriesByUser.get(userId)?.values() ?? [])].filter((entry) => !entry.connected);
    if (entries.length <= maxPerUser) return;
    forget(entries.reduce((oldest, entry) => (entry.restsSince < oldest.restsSince ? entry : oldest)));
  }

  function entryOf(claim: Claim): Entry | undefined {
    const entry = entriesByUser.get(claim.userId)?.get(claim.client);
    if (!entry || entry.connected || entry.forgetAt > clock.now()) return entry;
    forget(entry);
    return undefined;
  }

  const holds = (entry: Entry | undefined, claim: Claim): entry is Entry =>
    entry?.connected === true && entry.claim.sessionId === claim.sessionId;

  return {
    async claim(claim, policy) {
      sweep();
      const known = entryOf(claim);
      if (known && isStale(claim, known.claim)) return { kind: 'stale', term: known.claim.term };
      const browser = browserOf(claim.client);
      const others = [...(entriesByUser.get(claim.userId)?.values() ?? [])].filter(
        (entry) => entry.connected && browserOf(entry.claim.client) !== browser,
      );
      if (policy === 'reject' && others.length > 0) return { kind: 'rejected' };
      const replaced = policy === 'replace' ? others : [];
      const superseded = known?.connected ? known.claim.sessionId : null;
      const entry: Entry = known ?? { claim, connected: true, forgetAt: 0, restsSince: 0 };
      entry.claim = claim;
      entry.connected = true;
      idle.delete(entry);
      const entries = entriesByUser.get(claim.userId) ?? new Map<string, Entry>();
      entriesByUser.set(claim.userId, entries.set(claim.client, entry));
      return { kind: 'granted', superseded, replaced: replaced.map(({ claim: other }) => other.sessionId) };
    },
    async renew(claim) {
      const entry = entryOf(claim);
      if (holds(entry, claim)) entry.claim = claim;
    },
    async release(claim) {
      const entry = entryOf(claim);
      if (!holds(entry, claim)) return;
      entry.connected = false;
      // Named by its socket: nobody of this name will come again.
      if (claim.client === claim.socketId) return forget(entry);
      const left = entry.claim.expiresAt === undefined ? rememberMs : entry.claim.expiresAt - clock.wall();
      entry.forgetAt = clock.now() + Math.max(left, 0);
      rests += 1;
      entry.restsSince = rests;
      idle.set(entry, claim.client);
      trim(claim.userId);
    },
    // There is no elsewhere: the claim's answer names all that it ends.
    onEnded(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    async revoke(userId) {
      const entries = [...(entriesByUser.get(userId)?.values() ?? [])].filter((entry) => entry.connected);
      const ended = entries.map((entry) => entry.claim.sessionId);
      for (const sessionId of ended) for (const handler of [...handlers]) handler(sessionId, 'revoked');
      return ended.length;
    },
    async ofUser(userId) {
      const entries = [...(entriesByUser.get(userId)?.values() ?? [])];
      return entries.filter((entry) => entry.connected).map((entry) => entry.claim);
    },
    async all() {
      const entries = [...entriesByUser.values()].flatMap((byClient) => [...byClient.values()]);
      return entries.filter((entry) => entry.connected).map((entry) => entry.claim);
    },
  };
}
