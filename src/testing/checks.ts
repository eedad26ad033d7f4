/** The promises of DESIGN.md as checks of a world: those that hold at each moment, and those that hold in the end. */
import { Violation } from './ledger.ts';
import type { Member, World } from './world.ts';

/** So long two connections of one group may overlap where nobody could know better. */
const overlapMs = 3_000;
/** A timer of a visible page is not later than this. */
const slackMs = 300;
const signOutMs = 2_500;

interface Checks {
  /** After each task. */
  eachTask(): void;
  /** After each step. */
  eachStep(): void;
  /** What still differs from a healed world; empty: nothing. */
  unhealed(): readonly string[];
  /** Reads the log's heads, for `unhealed`. */
  readHeads(): Promise<void>;
  /** After the end: everything is settled. */
  atEnd(): void;
}

export function createChecks(world: World): Checks {
  const { realm, ledger, members, fail } = world;
  const overlapSince = new Map<string, number>();

  const living = (): Member[] => members.filter(({ tab }) => tab.page.state() !== 'dead');
  const groupOf = ({ tab }: Member): string => `${tab.browser.name}/${tab.user}`;
  const present = (): Member[] => living().filter((member) => !member.left);

  function checkConnections(): void {
    const accepted = realm.server.hub()?.accepted() ?? [];
    if (accepted.length < 2) return overlapSince.clear();
    const byGroup = new Map<string, (typeof accepted)[number][]>();
    for (const each of accepted) {
      const member = members.find(({ tab }) => tab.name === each.page);
      if (!member?.tab.browser.has.channels) continue;
      const group = groupOf(member);
      byGroup.set(group, [...(byGroup.get(group) ?? []), each]);
    }
    for (const [group, list] of byGroup) {
      if (list.length < 2) {
        overlapSince.delete(group);
        continue;
      }
      const clients = new Set(list.map(({ claim }) => claim.client));
      const who = list.map(({ page, claim }) => `${page} (client ${claim.client}, term ${claim.term})`).join(' and ');
      if (clients.size < list.length) fail(new Violation('P1', `two connections of one client: ${who}`));
      const able = list.every(({ page }) => {
        const member = members.find(({ tab }) => tab.name === page);
        return member?.tab.page.state() === 'running' && !member.tab.browser.network.stalled();
      });
      const since = able ? (overlapSince.get(group) ?? realm.now()) : realm.now();
      overlapSince.set(group, since);
      if (realm.now() - since > overlapMs) fail(new Violation('P1', `two connections for long: ${who}`));
    }
  }

  /** So long after a sign-out nobody has heard of it any more. */
  function checkSignedOut(): void {
    for (const [group, { at, by }] of world.signedOut) {
      if (realm.now() - at < signOutMs) continue;
      // Told by a message only; who missed it hears of it when it next writes or wakes.
      if ((world.lostMessages.get(by.browser) ?? Number.NEGATIVE_INFINITY) > at - 20_000) continue;
      for (const member of living().filter((each) => groupOf(each) === group)) {
        const { page, socket, name } = member.tab;
        if (page.state() !== 'running' || !page.visible() || realm.now() - page.lastDisturbed() < signOutMs) continue;
        const { connection } = socket.status;
        if (connection === 'signed-out' || connection === 'closed' || connection === 'idle') continue;
        fail(new Violation('P6', `${name} is "${connection}" after ${group} was signed out`));
      }
      // Who signs out and is gone in the same moment can't wipe the database.
      if (by.page.state() !== 'running' || by.page.lastDisturbed() >= at || by.browser.disk.troubledAt() >= at)
        continue;
      if (by.socket.status.degraded.includes('no-storage')) continue;
      const browser = world.browsers.find(({ name }) => group.startsWith(`${name}/`));
      const user = group.slice(group.indexOf('/') + 1);
      for (const [key] of browser?.disk.contents() ?? []) {
        if (key.includes(`:${user}:`) && !key.endsWith(':mark')) {
          fail(new Violation('P6', `${key} is still stored after ${group} was signed out`));
        }
      }
    }
  }

  function checkCommands(): void {
    for (const { key, tab, at, timeoutMs, outcome } of ledger.commands()) {
      if (ledger.runs(key) > 1) fail(new Violation('P3', `command ${key} ran ${ledger.runs(key)} times`));
      if (outcome === 'not_sent' && ledger.runs(key) > 0) {
        fail(new Violation('P3', `command ${key} of ${tab} was "not_sent" and ran`));
      }
      if (outcome !== null) continue;
      const member = members.find((each) => each.tab.name === tab);
      if (member?.tab.page.state() !== 'running' || !member.tab.page.visible()) continue;
      const dueAt = Math.max(at, member.tab.page.lastDisturbed()) + timeoutMs + slackMs;
      if (realm.now() > dueAt)
        fail(new Violation('P3', `command ${key} of ${tab} has no outcome after ${timeoutMs} ms`));
    }
  }

  function unhealedGroup(group: string, tabs: readonly Member[]): string[] {
    const wrong: string[] = [];
    const say = (what: string): void => void wrong.push(`${group}: ${what}`);
    const { channels } = tabs[0]?.tab.browser.has ?? { channels: true };
    const roles = tabs
      .map(({ tab }) => `${tab.name} ${tab.socket.status.role}/${tab.socket.status.connection}`)
      .join(', ');
    const leaders = tabs.filter(({ tab }) => tab.socket.status.role === 'leader').length;
    if (channels && leaders !== 1) say(`${leaders} leaders: ${roles}`);
    if (tabs.some(({ tab }) => tab.socket.status.connection !== 'connected')) say(`not all are connected: ${roles}`);
    if (channels && new Set(tabs.map(({ tab }) => tab.socket.status.term)).size > 1) say('the terms differ');
    const connections = realm.server.hub()?.accepted() ?? [];
    const ours = connections.filter(({ page }) => tabs.some(({ tab }) => tab.name === page)).length;
    if (ours !== (channels ? 1 : tabs.length)) say(`${ours} connections`);
    for (const { tab, replica } of tabs) {
      const difference = replica.difference();
      if (difference) say(`the state of ${tab.name} ${difference}`);
      const { cursors, holding, outbox } = tab.socket.diagnostics();
      for (const [stream, head] of Object.entries(headsFor(tab.user))) {
        const at = cursors[stream];
        if (at?.epoch !== head.epoch || at.id !== head.id) {
          say(
            `${tab.name} is at ${stream} ${at ? `${at.epoch}#${at.id}` : 'nowhere'}, the head is ${head.epoch}#${head.id}`,
          );
        }
      }
      if (Object.keys(holding).length > 0) say(`${tab.name} holds ${JSON.stringify(holding)}`);
      if (outbox > 0) say(`${tab.name} has ${outbox} commands open`);
    }
    return wrong;
  }

  let heads: Record<string, { readonly epoch: string; readonly id: number }> = {};
  function headsFor(user: string): typeof heads {
    const streams = ['all', `user:${user}`, ...[...(world.rooms.get(user) ?? [])].map((room) => `room:${room}`)];
    return Object.fromEntries(Object.entries(heads).filter(([stream]) => streams.includes(stream)));
  }

  function byGroup(list: readonly Member[]): Map<string, Member[]> {
    const groups = new Map<string, Member[]>();
    for (const member of list) groups.set(groupOf(member), [...(groups.get(groupOf(member)) ?? []), member]);
    return groups;
  }

  return {
    eachTask: checkConnections,
    eachStep() {
      for (const { recorder } of living()) recorder.compare();
      checkCommands();
      checkSignedOut();
      for (const member of living()) {
        const { status } = member.tab.socket;
        if (!Object.isFrozen(status)) fail(new Violation('P9', `${member.tab.name}: status is not frozen`));
      }
    },
    unhealed() {
      const wrong = [...byGroup(present())].flatMap(([group, tabs]) => unhealedGroup(group, tabs));
      return wrong;
    },
    atEnd() {
      checkConnections();
      checkCommands();
      for (const { key, outcome, code } of ledger.commands()) {
        const runs = ledger.runs(key);
        const text = `command ${key}: ${String(outcome)} (${code ?? 'no code'}), ran ${runs} times`;
        if (outcome === 'result' && runs !== 1) fail(new Violation('P3', text));
        if (outcome === 'refused' && runs !== 0) fail(new Violation('P3', text));
        if (outcome?.startsWith('error')) fail(new Violation('P3', text));
      }
    },
    async readHeads() {
      const log = realm.server.log();
      const streams = ['all', ...world.config.users.map((user) => `user:${user}`), 'room:r1', 'room:r2'];
      const next: typeof heads = {};
      for (const stream of streams) {
        const bounds = await log?.bounds(stream);
        if (bounds) next[stream] = { epoch: bounds.epoch, id: bounds.head };
      }
      heads = next;
    },
  };
}
