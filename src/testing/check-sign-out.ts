/** P6: after a sign-out no tab goes on, and nothing is stored but the mark. */
import { isStoredBy } from './member.ts';
import type { World } from './world.ts';

const signOutMs = 2_500;

export function createSignOutCheck({ realm, members, judge, signedOut, browsers }: World): () => void {
  function checkTabs(group: string, at: number): void {
    for (const { tab, group: other } of members) {
      if (other !== group || tab.page.state() !== 'running' || !tab.page.visible()) continue;
      if (realm.now() - Math.max(at, tab.page.lastDisturbed()) < signOutMs) continue;
      const { connection } = tab.socket.status;
      const isOut = connection === 'signed-out' || connection === 'closed' || connection === 'idle';
      judge.check('P6', isOut, () => `${tab.name} is "${connection}" after ${group} was signed out`);
    }
  }

  return () => {
    for (const [group, { at, by }] of signedOut) {
      if (realm.now() - at < signOutMs) continue;
      checkTabs(group, at);
      // Who signs out and is gone in the same moment can't wipe the database, and neither can a broken one be wiped.
      const { disk } = by.browser;
      const wiped =
        by.page.state() === 'running' && by.page.lastDisturbed() < at && disk.troubledAt() < by.page.openedAt;
      if (!wiped) continue;
      const left = browsers
        .filter(({ name }) => group.startsWith(`${name}/`))
        .flatMap((browser) => browser.disk.contents().map(([key]) => key))
        .filter((key) => isStoredBy(by, key) && !key.endsWith(':mark'));
      judge.check('P6', left.length === 0, () => `${left.join()} still stored after ${group} was signed out`);
    }
  };
}
