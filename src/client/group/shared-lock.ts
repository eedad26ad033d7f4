/** The group's lock as a page has it once for all its namespaces: they lead together, and so share one connection. */
import type { Cancel, Lock, LockGrant } from '../../core/ports.ts';

/** One request for the real lock, and which lanes of this page wait for it or hold it. */
interface Claim {
  readonly members: Map<string, LockGrant>;
  /** Counts requests: a steal replaces the one that waits. */
  life: number;
  granted: boolean;
  holder: string | null;
  release: Cancel;
}

/** The lock as one lane sees it. Two of one lane are rivals, as two pages are. */
export function shareLock(lock: Lock): (lane: string) => Lock {
  const claims = new Map<string, Claim>();

  function drop(name: string, claim: Claim): void {
    if (claims.get(name) === claim) claims.delete(name);
  }

  function ask(name: string, how: 'queue' | 'steal', claim: Claim): void {
    const { members } = claim;
    const before = claim.release;
    claim.life += 1;
    const mine = claim.life;
    claim.release = lock.request(name, how, {
      onGranted() {
        if (mine !== claim.life) return;
        claim.granted = true;
        for (const [lane, member] of [...members]) if (members.has(lane)) member.onGranted();
      },
      onLost() {
        if (mine !== claim.life) return;
        drop(name, claim);
        for (const [lane, member] of [...members]) if (members.delete(lane)) member.onLost();
      },
    });
    before();
  }

  return (lane) => ({
    ...lock,
    request(name, how, grant) {
      const found = claims.get(name);
      if (found?.members.has(lane)) return lock.request(name, how, grant);
      const claim = found ?? { members: new Map(), life: 0, granted: false, holder: null, release() {} };
      const { members } = claim;
      claims.set(name, claim);
      members.set(lane, grant);
      const isMember = (): boolean => members.get(lane) === grant;
      if (!found || (how === 'steal' && !claim.granted)) ask(name, how, claim);
      // As the platform does it: never within the request.
      else if (claim.granted) void Promise.resolve().then(() => isMember() && grant.onGranted());
      return () => {
        if (!isMember()) return;
        members.delete(lane);
        if (members.size > 0) return;
        drop(name, claim);
        claim.release();
      };
    },
    async holder(name) {
      const claim = claims.get(name);
      const now = await lock.holder(name);
      if (!claim?.granted) return now;
      claim.holder ??= now;
      // Taken silently: who asks next has to queue, and each of those who held it finds out by itself.
      if (claim.holder !== now) drop(name, claim);
      return now;
    },
  });
}
