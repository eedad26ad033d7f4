/** Who is connected, in Redis: one hash per user, compared and set by one script, kept alive by each node. */
import type { Cancel, Clock } from '../server/ports.ts';
import { browserOf, type Claim, type Registry, type SessionEnd, type SessionsPolicy } from '../server/registry.ts';
import type { Link } from './link.ts';
import { encodeName } from './names.ts';
import {
  holdScript,
  membersScript,
  noteUsersScript,
  releaseScript,
  revokeScript,
  usersScript,
} from './registry-scripts.ts';
import { repeat } from './repeat.ts';

interface RegistryParts {
  readonly link: Link;
  readonly clock: Clock;
  readonly prefix: string;
  /** Clients of one user that are remembered without a connection. */
  readonly maxPerUser: number;
}

interface RedisRegistry extends Registry {
  close(): void;
}

interface Held {
  readonly claim: Claim;
  readonly policy: SessionsPolicy;
  /** When Redis last heard of it. */
  seenAt: number;
}

const beatEveryMs = 10_000;
/** Under this unseen counts as connected, as in the scripts: two beats may get lost. */
const aliveForMs = 30_000;
/** How long a client without a connection and without an expiry is remembered. */
const rememberMs = 3_600_000;
const usersPerCall = 500;

const isSessionEnd = (why: string | undefined): why is SessionEnd =>
  why === 'superseded' || why === 'replaced' || why === 'revoked';

export function createRedisRegistry({ link, clock, prefix, maxPerUser }: RegistryParts): RedisRegistry {
  const node = clock.uniqueId();
  const channels = `${prefix}node:`;
  const heldBySession = new Map<string, Held>();
  /** Claims under way, with what was told of them before they were granted. */
  const claiming = new Map<string, SessionEnd | null>();
  const handlers = new Set<(sessionId: string, why: SessionEnd) => void>();
  let listening: Promise<Cancel> | null = null;

  const keyOf = (userId: string): string => `${prefix}ws:user:{${encodeName(userId)}}`;
  const usersKey = `${prefix}ws:users`;

  function hold(
    mode: 'claim' | 'renew',
    { claim, policy }: Omit<Held, 'seenAt'>,
  ): Promise<readonly [string, ...unknown[]]> {
    const { client, tab, term, attempt, sessionId, expiresAt } = claim;
    const name = encodeName(client);
    const until = expiresAt ?? clock.wall() + rememberMs;
    const who = [name, encodeName(browserOf(client)), term, attempt, encodeName(tab), sessionId, node];
    const args = [mode, ...who, policy, Math.ceil(until), JSON.stringify(claim), channels].map(String);
    return link.run(holdScript, [keyOf(claim.userId)], args) as Promise<[string, ...unknown[]]>;
  }

  function noteUsers(userIds: readonly string[]): Promise<unknown> {
    return link.run(noteUsersScript, [usersKey], userIds.map(encodeName));
  }

  function end(sessionId: string, why: SessionEnd): void {
    if (claiming.has(sessionId)) claiming.set(sessionId, why);
    if (!heldBySession.delete(sessionId)) return;
    for (const handler of [...handlers]) handler(sessionId, why);
  }

  /** Confirmed before the first claim, so that no word about it gets lost unnoticed. */
  async function listen(): Promise<void> {
    listening ??= link.follow(channels + node, (message) => {
      const [why, sessionId = ''] = message.split(' ');
      if (isSessionEnd(why)) end(sessionId, why);
    });
    try {
      await listening;
    } catch (error) {
      listening = null;
      throw error;
    }
  }

  async function renewOne(held: Held): Promise<void> {
    const { sessionId } = held.claim;
    const askedAt = clock.now();
    const [answer] = await hold('renew', held);
    held.seenAt = askedAt;
    if (heldBySession.get(sessionId) !== held) return;
    if (isSessionEnd(answer)) end(sessionId, answer);
  }

  /**
   * It hears of nothing any more, and others count it as gone: at another node its client may do better.
   * Not all in one moment: they come back all together.
   */
  function endUnseen(held: Held): void {
    const { sessionId } = held.claim;
    const isUnseen = (): boolean => heldBySession.get(sessionId) === held && clock.now() - held.seenAt >= aliveForMs;
    if (isUnseen()) clock.after(Math.random() * beatEveryMs, () => isUnseen() && end(sessionId, 'unseen'));
  }

  async function renewAll(): Promise<void> {
    const held = [...heldBySession.values()];
    const users = [...new Set(held.map(({ claim }) => claim.userId))];
    const calls: Promise<unknown>[] = held.map(renewOne);
    for (let from = 0; from < users.length; from += usersPerCall) {
      calls.push(noteUsers(users.slice(from, from + usersPerCall)));
    }
    // In one turn, so in one piece. What fails now is renewed with the next beat, or when Redis is back.
    await Promise.allSettled(calls);
    for (const each of held) endUnseen(each);
  }

  async function members(key: string): Promise<readonly Claim[]> {
    const found = (await link.run(membersScript, [key], [])) as string[];
    return found.map((json) => JSON.parse(json) as Claim);
  }

  const beat = repeat(clock, beatEveryMs, renewAll);
  // What ended while Redis or this node was away is learned at once.
  const cancelReady = link.onReady(beat.now);

  return {
    async claim(claim, policy) {
      const { sessionId } = claim;
      await listen();
      claiming.set(sessionId, null);
      try {
        const held = { claim, policy, seenAt: clock.now() };
        const noted = noteUsers([claim.userId]).catch(() => {});
        const [kind, ...details] = await hold('claim', held);
        await noted;
        if (kind === 'stale') return { kind, term: Number(details[0]) };
        if (kind !== 'granted') return { kind: 'rejected' };
        heldBySession.set(sessionId, held);
        const why = claiming.get(sessionId);
        // Whoever asked has to know of the session before its end.
        if (why) clock.soon(() => end(sessionId, why));
        const [superseded, ...replaced] = details as string[];
        return { kind: 'granted', superseded: superseded || null, replaced };
      } finally {
        claiming.delete(sessionId);
      }
    },
    async renew(claim) {
      const held = heldBySession.get(claim.sessionId);
      if (!held) return;
      const renewed = { ...held, claim };
      heldBySession.set(claim.sessionId, renewed);
      await renewOne(renewed);
    },
    async release({ userId, client, socketId, sessionId }) {
      heldBySession.delete(sessionId);
      // Named by its socket: nobody of this name will come again.
      const returns = client === socketId ? 'no' : 'yes';
      await link.run(releaseScript, [keyOf(userId)], [encodeName(client), sessionId, returns, String(maxPerUser)]);
    },
    revoke: async (userId) => Number(await link.run(revokeScript, [keyOf(userId)], [channels])),
    onEnded(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    ofUser: (userId) => members(keyOf(userId)),
    async all() {
      const users = (await link.run(usersScript, [usersKey], [])) as string[];
      const found = await Promise.all(users.map((user) => members(`${prefix}ws:user:{${user}}`)));
      return found.flat();
    },
    close() {
      beat.stop();
      cancelReady();
      handlers.clear();
    },
  };
}
