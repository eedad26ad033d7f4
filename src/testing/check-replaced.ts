/** P9: a group that another browser took over from stays away until its app acts. */
import { hasJoined, type Member } from './member.ts';
import type { SimTab } from './realm.ts';
import type { World } from './world.ts';

const leads = ({ page, socket }: SimTab): boolean => page.state() === 'running' && socket.status.role === 'leader';

/** A new page, or one that the app connects, is in its group by then. */
const newPageMs = 3_000;

export function createReplacedCheck(world: World): () => void {
  const { realm, members, judge, replaced } = world;
  const connected = (group: string): boolean =>
    (realm.server.hub()?.accepted() ?? []).some(({ page }) =>
      members.some((member) => member.group === group && member.tab.name === page),
    );

  /** Its leader was told just now: from here on only the app, a new page or cleared storage may bring the group back. */
  world.onReplaced = ({ tab, group }: Member): void => {
    const acted = realm.now() - (world.actedAt.get(group) ?? Number.NEGATIVE_INFINITY) < newPageMs;
    const arriving = members.some(
      (other) => other.group === group && other.tab.page.state() !== 'dead' && !hasJoined(other.tab),
    );
    // Told after it came to: another tab had taken over for it, and could not know.
    const isLed = members.some((other) => other.group === group && other.tab !== tab && leads(other.tab));
    if (!acted && !arriving && !isLed && tab.browser.has.storage && !connected(group)) replaced.add(group);
  };

  return () => {
    for (const group of replaced) {
      judge.check('P9', !connected(group), () => `${group} was replaced by another browser and came back by itself`);
    }
  };
}
