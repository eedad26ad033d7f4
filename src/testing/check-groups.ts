/** What a group owes as a whole: one connection (P1), a leader in time (P5), and the truth about both (P9). */
import type { Member } from './member.ts';
import type { World } from './world.ts';

/** So long two connections of one group may overlap where nobody could know better. */
const overlapMs = 3_000;
const rollCallMs = 60_000;
/** `leaderTimeoutMs`, and what the grant and the tasks around it take. */
const failOverMs = 5_000 + 1_500;
/** Who was about to steal hangs too: half of `leaderTimeoutMs` of silence and two asks more, then without it. */
const secondRoundMs = 2_500 + 2 * 625;
/** A ping's silence, its answer, and the leader's timeout for those who follow. */
const mirrorMs = 8_000 + failOverMs;
/** So much longer a ping waits for its answer on a link that took long to open; the next answer tells better. */
const patienceMs = 9_000;
const slowOpeningMs = 60_000;
/** Engine.IO's: with a plain server nothing else finds a dead connection. */
const plainMs = 50_000;

const authTimeoutMs = 12_000;

interface GroupChecks {
  connections(): void;
  leaders(): void;
  mirrors(): void;
}

export function createGroupChecks(world: World): GroupChecks {
  const { realm, members, judge, config } = world;
  const overlapSince = new Map<string, number>();
  const leaderlessSince = new Map<string, number>();
  /** Pages that were away at the same time, since there is no leader. One that is closed passes the lock on to another. */
  const mostAway = new Map<string, number>();
  const untrueSince = new Map<string, number>();
  const memberByPage = new Map<string, Member>();

  function memberOf(page: string): Member | undefined {
    for (const member of members.slice(memberByPage.size)) memberByPage.set(member.tab.name, member);
    return memberByPage.get(page);
  }
  const accepted = () => realm.server.hub()?.accepted() ?? [];

  /** How long something has been so; 0: it is not. */
  function lasting(since: Map<string, number>, key: string, holds: boolean, notBefore: number): number {
    if (!holds) {
      since.delete(key);
      return 0;
    }
    const from = Math.max(since.get(key) ?? realm.now(), notBefore);
    since.set(key, from);
    return realm.now() - from;
  }

  const lostAt = ({ tab }: Member): number => tab.browser.bus.lostAt();
  const isUp = ({ tab, left }: Member): boolean => tab.page.state() === 'running' && tab.page.visible() && !left;

  return {
    connections() {
      const list = accepted();
      judge.check('P1', true, () => '');
      if (list.length < 2) return overlapSince.clear();
      const byGroup = new Map<string, (typeof list)[number][]>();
      for (const each of list) {
        const member = memberOf(each.page);
        if (!member?.tab.browser.has.channels) continue;
        byGroup.set(member.group, [...(byGroup.get(member.group) ?? []), each]);
      }
      for (const [group, ours] of byGroup) {
        const who = (): string =>
          ours.map(({ page, claim }) => `${page} (client ${claim.client}, term ${claim.term})`).join(' and ');
        const clients = new Set(ours.map(({ claim }) => claim.client));
        judge.check('P1', clients.size === ours.length, () => `two connections of one client: ${who()}`);
        const able = ours.every(({ page }) => {
          const tab = memberOf(page)?.tab;
          return tab?.page.state() === 'running' && !tab.browser.network.stalled();
        });
        const stoppedAt = Math.max(...ours.map(({ page }) => memberOf(page)?.tab.page.lastStopped() ?? 0));
        const overlap = lasting(overlapSince, group, ours.length > 1, able ? stoppedAt : realm.now());
        // Without locks a leader that missed the words of the next one hears of it at the next roll-call.
        const deaf = ours.some(({ page }) => {
          const member = memberOf(page);
          return member?.tab.browser.has.locks === false && realm.now() - lostAt(member) < rollCallMs + overlapMs;
        });
        judge.check('P1', overlap <= overlapMs || deaf, () => `two connections for long: ${who()}`);
      }
    },

    /** A visible tab that wants the connection has a leader that lives. */
    leaders() {
      for (const group of new Set(members.map((member) => member.group))) {
        const ours = members.filter((member) => member.group === group);
        const alive = ours.some(({ tab }) => tab.page.state() === 'running' && tab.socket.status.role === 'leader');
        const heirs = ours.filter(({ tab, left }) => {
          const { role, connection } = tab.socket.status;
          if (connection === 'failed' || connection === 'signed-out') return false;
          return isUp({ tab, left } as Member) && (role === 'follower' || role === 'electing');
        });
        const { tab } = heirs[0] ?? {};
        if (!tab?.browser.has.locks || !tab.browser.has.channels) {
          leaderlessSince.delete(group);
          continue;
        }
        // To a tab that never heard it, what a hung leader said is a sign of life also when it is said again.
        const firstReady = Math.min(
          ...heirs.map((heir) =>
            Math.max(heir.tab.page.openedAt, heir.tab.page.lastDisturbed(), lostAt(heir) + 20_000, world.forcedAt),
          ),
        );
        const auth = world.auth.get(tab.browser) ?? { mode: 'works', at: Number.NEGATIVE_INFINITY };
        // A user that only a slow `auth` knows, a store that hangs, and a group that stole too often, take longer.
        const excused =
          auth.mode !== 'works' ||
          ['hangs', 'slow'].includes(tab.browser.disk.mode()) ||
          ours.some((each) => each.tab.socket.diagnostics().steals >= 3);
        const notBefore = excused ? realm.now() : Math.max(firstReady, auth.at + authTimeoutMs);
        const lack = lasting(leaderlessSince, group, !alive, notBefore);
        const awayNow = ours.filter((each) => !['running', 'dead'].includes(each.tab.page.state())).length;
        const away = lack === 0 ? awayNow : Math.max(awayNow, mostAway.get(group) ?? 0);
        mostAway.set(group, away);
        judge.check(
          'P5',
          lack <= failOverMs + (away > 1 ? secondRoundMs : 0),
          () => `${group} has had no leader for ${lack} ms: ${heirs.map((heir) => heir.tab.name)}`,
        );
      }
    },

    /** Who says "connected" while the server knows of no connection finds out. */
    mirrors() {
      const connected = new Set(accepted().map(({ page }) => memberOf(page)?.group));
      for (const member of members) {
        const { page, socket, name, browser } = member.tab;
        const { status } = socket;
        const leader = members.find((each) => each.group === member.group && each.tab.socket.status.role === 'leader');
        // A page that hung while its link opened took it for a slow one.
        const slowAt = Math.max(browser.network.slowAt(), leader?.tab.page.lastStopped() ?? 0);
        const patience = realm.now() - slowAt < slowOpeningMs ? patienceMs : 0;
        const bound = config.plain ? plainMs : mirrorMs + patience;
        const untrue = isUp(member) && status.connection === 'connected' && !connected.has(member.group);
        const notBefore = Math.max(page.lastDisturbed(), lostAt(member) + 20_000);
        const lasts = lasting(untrueSince, name, untrue, notBefore);
        judge.check('P9', lasts <= bound, () => `${name} has said "connected" for ${lasts} ms without a connection`);
      }
    },
  };
}
