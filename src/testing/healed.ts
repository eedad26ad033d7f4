/** What a healed world looks like: everything connected, at the heads, with the same state. */
import type { Member } from './member.ts';
import type { World } from './world.ts';

interface Healed {
  /** What still differs; empty: nothing. */
  differences(): Promise<readonly string[]>;
  /** Members that have the connection, now that all is right. */
  connected(): readonly Member[];
}

type Heads = Readonly<Record<string, { readonly epoch: string; readonly id: number }>>;

export function createHealed({ realm, members, rooms, config }: World): Healed {
  const present = (): Member[] => members.filter(({ tab, left }) => tab.page.state() !== 'dead' && !left);
  /** Told by the server that another browser of the user is connected: only the app can change that. */
  const gaveWay = ({ tab }: Member): boolean =>
    ['session_replaced', 'session_rejected'].includes(tab.socket.status.reason?.code ?? '');

  async function readHeads(): Promise<Heads> {
    const log = realm.server.log();
    const heads: Record<string, Heads[string]> = {};
    for (const stream of ['all', ...config.users.map((user) => `user:${user}`), 'room:r1', 'room:r2']) {
      const bounds = await log?.bounds(stream);
      if (bounds) heads[stream] = { epoch: bounds.epoch, id: bounds.head };
    }
    return heads;
  }

  function differencesOf({ tab, replica, channels }: Member, heads: Heads): string[] {
    const wrong = channels.flatMap((channel) => channel.difference() ?? []);
    const difference = replica?.difference();
    if (difference) wrong.push(`the state of ${tab.name} ${difference}`);
    const { cursors, holding, outbox } = tab.socket.diagnostics();
    for (const stream of [
      'all',
      `user:${tab.user}`,
      ...[...(rooms.get(tab.user) ?? [])].map((room) => `room:${room}`),
    ]) {
      const head = heads[stream];
      const at = cursors[stream];
      if (!replica || !head || (at?.epoch === head.epoch && at.id === head.id)) continue;
      const where = at ? `${at.epoch}#${at.id}` : 'nowhere';
      wrong.push(`${tab.name} is at ${stream} ${where}, the head is ${head.epoch}#${head.id}`);
    }
    if (Object.keys(holding).length > 0) wrong.push(`${tab.name} holds ${JSON.stringify(holding)}`);
    if (outbox > 0) wrong.push(`${tab.name} has ${outbox} commands open`);
    return wrong;
  }

  function differencesOfGroup(tabs: readonly Member[], heads: Heads): string[] {
    const wrong: string[] = [];
    const { channels } = tabs[0]?.tab.browser.has ?? { channels: true };
    const statuses = tabs.map(({ tab }) => tab.socket.status);
    const roles = tabs.map(({ tab }, index) => `${tab.name} ${statuses[index]?.role}/${statuses[index]?.connection}`);
    const leaders = statuses.filter(({ role }) => role === 'leader').length;
    if (channels && leaders !== 1) wrong.push(`${leaders} leaders: ${roles}`);
    if (statuses.some(({ connection }) => connection !== 'connected')) wrong.push(`not all are connected: ${roles}`);
    if (channels && new Set(statuses.map(({ term }) => term)).size > 1) wrong.push('the terms differ');
    const accepted = realm.server.hub()?.accepted() ?? [];
    const ours = accepted.filter(({ page }) => tabs.some(({ tab }) => tab.name === page)).length;
    if (ours !== (channels ? 1 : tabs.length)) wrong.push(`${ours} connections`);
    return [...wrong, ...tabs.flatMap((member) => differencesOf(member, heads))];
  }

  function byGroup(): Map<string, Member[]> {
    const groups = new Map<string, Member[]>();
    for (const member of present()) groups.set(member.group, [...(groups.get(member.group) ?? []), member]);
    return groups;
  }

  return {
    async differences() {
      const heads = await readHeads();
      const groups = [...byGroup()];
      const out = groups.filter(([, tabs]) => config.sessions !== 'multi' && tabs.every(gaveWay));
      const wrong = groups
        .filter((entry) => !out.includes(entry))
        .flatMap(([group, tabs]) => differencesOfGroup(tabs, heads).map((what) => `${group}: ${what}`));
      // Of two browsers of one user the policy leaves one.
      if (config.sessions !== 'multi' && groups.length - out.length > 1) wrong.push('two browsers stand');
      return wrong;
    },
    connected: () => present().filter(({ tab }) => tab.socket.status.connection === 'connected'),
  };
}
