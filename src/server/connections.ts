/** The connections of this node: admitted ones that are not there yet, and those that are. */
import type { Admitted } from './admission.ts';
import type { Connection } from './connection-port.ts';
import type { Cancel, Clock } from './ports.ts';
import type { Claim, Registry } from './registry.ts';

type EndPacket = 'session_replaced' | 'token_expired';

interface Connections {
  /** A claim was granted; its connection is awaited for a while. */
  expect(claim: Claim): void;
  /** False: meanwhile another one took its place, or it came too late. */
  isExpected(admitted: Admitted): boolean;
  /** What to tell one that was ended before it came. */
  endingOf(admitted: Admitted): EndPacket | undefined;
  has(sessionId: string): boolean;
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /** Puts an end to a session, there already or still awaited. */
  end(sessionId: string, packet?: EndPacket): void;
  ofUser(userId: string): readonly Connection[];
  /** How many of a user there are, or are awaited, besides that of one client. */
  others(userId: string, client: string): number;
  all(): Iterable<Connection>;
  size(): number;
  close(): void;
  /** Resolves when the sessions that ended are given back, or after 2 s: a store may be away. Never rejects. */
  released(first: Iterable<Promise<unknown>>): Promise<void>;
}

interface Expected {
  readonly claim: Claim;
  readonly cancel: Cancel;
}

/** Longer than any middleware that comes after ours should take. */
const acceptWithinMs = 30_000;
/** A node that ends does not wait longer for its stores. */
const releaseWithinMs = 2_000;

/** @param release - gives a session back; never rejects */
export function createConnections(clock: Clock, release: Registry['release']): Connections {
  const bySession = new Map<string, Connection>();
  const byUser = new Map<string, Set<Connection>>();
  const expectedBySession = new Map<string, Expected>();
  const awaitedByUser = new Map<string, Set<Claim>>();
  const endingBySession = new Map<string, { readonly packet: EndPacket; readonly cancel: Cancel }>();
  const releasing = new Set<Promise<void>>();
  let closed = false;

  function letGo(claim: Claim): void {
    const released = release(claim).then(() => void releasing.delete(released));
    releasing.add(released);
  }

  function forget(sessionId: string): Claim | undefined {
    const expected = expectedBySession.get(sessionId);
    if (!expected) return undefined;
    const { claim, cancel } = expected;
    cancel();
    expectedBySession.delete(sessionId);
    const awaited = awaitedByUser.get(claim.userId);
    awaited?.delete(claim);
    if (awaited?.size === 0) awaitedByUser.delete(claim.userId);
    return claim;
  }

  function giveUp(sessionId: string): void {
    const claim = forget(sessionId);
    if (claim) letGo(claim);
  }

  return {
    expect(claim) {
      if (closed) return letGo(claim); // granted while this node ended
      const cancel = clock.after(acceptWithinMs, () => giveUp(claim.sessionId));
      expectedBySession.set(claim.sessionId, { claim, cancel });
      awaitedByUser.set(claim.userId, (awaitedByUser.get(claim.userId) ?? new Set()).add(claim));
    },
    isExpected: ({ claim }) => expectedBySession.has(claim.sessionId),
    endingOf: ({ claim }) => endingBySession.get(claim.sessionId)?.packet,
    has: (sessionId) => bySession.has(sessionId) || expectedBySession.has(sessionId),
    add(connection) {
      const { sessionId, userId } = connection.claim;
      forget(sessionId);
      bySession.set(sessionId, connection);
      byUser.set(userId, (byUser.get(userId) ?? new Set()).add(connection));
    },
    remove(connection) {
      const { sessionId, userId } = connection.claim;
      bySession.delete(sessionId);
      const ofUser = byUser.get(userId);
      ofUser?.delete(connection);
      if (ofUser?.size === 0) byUser.delete(userId);
      letGo(connection.claim);
    },
    end(sessionId, packet) {
      if (packet && expectedBySession.has(sessionId)) {
        const cancel = clock.after(acceptWithinMs, () => endingBySession.delete(sessionId));
        endingBySession.set(sessionId, { packet, cancel });
      }
      giveUp(sessionId);
      bySession.get(sessionId)?.end(packet);
    },
    ofUser: (userId) => [...(byUser.get(userId) ?? [])],
    others(userId, client) {
      const present = [...(byUser.get(userId) ?? [])].map((connection) => connection.claim);
      const claims = [...(awaitedByUser.get(userId) ?? []), ...present];
      return claims.filter((claim) => claim.client !== client).length;
    },
    all: () => [...bySession.values()],
    size: () => bySession.size,
    close() {
      closed = true;
      for (const sessionId of [...expectedBySession.keys()]) giveUp(sessionId);
      for (const { cancel } of endingBySession.values()) cancel();
      endingBySession.clear();
      for (const connection of [...bySession.values()]) connection.end();
    },
    released: (first) =>
      new Promise((resolve) => {
        const cancel = clock.after(releaseWithinMs, resolve);
        void Promise.all(first)
          .then(() => Promise.all(releasing))
          .then(() => {
            cancel();
            resolve();
          });
      }),
  };
}
