/** P6 in several namespaces: a sign-out in one leaves nothing stored of any, whichever pages use them. */
import type { NamespacesWorld } from './namespaces.ts';

/** So long a sign-out may take to reach all pages and the disk. */
export const signOutMs = 2_500;

/**
 * To be called before a sign-out; what it gives looks at the disk after it. `null`: it may leave something, or nobody
 * could tell that from what the next sign-in stored.
 */
export function expectSignOut({ browser, judge, pages, uses }: NamespacesWorld): (() => void) | null {
  const { disk, has } = browser;
  const running = uses.filter(({ page }) => page.page.state() === 'running');
  // A broken disk can't be wiped; a page that is about to join comes after the sign-out.
  const since = Math.min(...pages.map(({ page }) => page.openedAt));
  if (!has.storage || disk.troubledAt() >= since) return null;
  const used = running.filter(({ left }) => !left);
  if (used.length === 0 || used.some(({ socket }) => socket.status.connection !== 'connected')) return null;
  return () => {
    if (!used.every(({ socket }) => socket.status.connection === 'signed-out')) return;
    const left = disk.contents().flatMap(([key]) => (key.endsWith(':mark') ? [] : key));
    judge.check('P6', left.length === 0, () => `${left.join()} still stored after the sign-out`);
  };
}
