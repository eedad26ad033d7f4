/** Bad input at the three doors (P8): on the channel, from the server, from the store. Nothing else may change. */
import { toFields } from '../protocol/parse.ts';
import type { Member } from './member.ts';
import { type Act, always, toBrowser, toMember } from './step.ts';

const junk: readonly unknown[] = [null, 7, '', 'text', [], {}, { v: 1 }, new Map(), Number.NaN, { __proto__: null }];

/** Nobody's message: wrong in shape, version or size. */
const head = { v: 1, term: 5, from: 'x' };
const frame = { stream: 'all', epoch: 'e', prev: 0, id: 1, events: [] };
const malformed: readonly unknown[] = [
  ...junk,
  { ...head, type: 'unheard of' },
  { ...head, type: '__proto__' },
  { ...head, v: 3, type: 'bye' },
  { ...head, term: 2 ** 53, type: 'lead' },
  { ...head, from: 'x'.repeat(2_000), type: 'bye' },
  { ...head, type: 'items', items: Array.from({ length: 2_000 }, () => frame) },
  { ...head, type: 'items', items: [{ ...frame, id: -1 }] },
  { ...head, type: 'hello', cursors: { all: { epoch: 7, id: 'x' } } },
  { ...head, type: 'command', id: '', name: 'add', args: {} },
];

const packets: readonly (readonly [name: string, ...args: unknown[]])[] = [
  ['events'],
  ['events', { stream: 'all' }],
  ['events', { stream: 'x'.repeat(5_000), epoch: 'e', prev: 0, id: 1, events: [] }],
  ['events', { stream: 'all', epoch: 'e', prev: 9, id: 3, events: [] }],
  ['event', { id: 'one' }],
  ['full_refresh', { stream: 'all', epoch: 'e', id: 1, reason: 'because' }],
  ['authenticated', { success: true }],
  ['error', 'not an object'],
  ['unheard of', 1, 2, 3],
];

const channelOf = ({ tab }: Member): string =>
  tab.socket.diagnostics().group.replace(/^onesocket:1:/, tab.build === 'major' ? 'onesocket:2:' : 'onesocket:1:');

export const forgedSteps: Readonly<Record<string, Act>> = {
  forgeMessage: {
    weight: 2,
    run: toMember('running', (_, member, { much }) =>
      member.tab.browser.bus.forge(channelOf(member), malformed[much % malformed.length]),
    ),
  },
  /**
   * Something that was said a while ago is said again. A sign-out would be one, and so would a command
   * to a plain server whose leader did not carry it.
   */
  replayMessage: {
    weight: 1,
    run: toMember('running', (world, member, { much }) => {
      const { bus } = member.tab.browser;
      const { term: now } = member.tab.socket.status;
      const said = bus.lately(channelOf(member)).filter((message) => {
        const { type, term } = toFields(message) ?? {};
        return type !== 'sign-out' && !(type === 'command' && world.config.plain && term !== now);
      });
      const message = said[much % Math.max(1, said.length)];
      if (message === undefined) return false;
      // It may name tabs as gone, or offer the lead.
      world.forcedAt = world.realm.now();
      bus.replay(channelOf(member), message);
      return true;
    }),
  },
  /** Two tabs are offered the lead at once: both steal. */
  offerTwice: {
    weight: 0.5,
    run: toMember('running', (world, member) => {
      const { leader, status } = member.tab.socket.diagnostics();
      const to = world.members
        .filter(({ group }) => group === member.group)
        .map(({ tab }) => tab.socket.diagnostics().tab);
      if (leader === null || !member.tab.browser.has.locks) return false;
      world.forcedAt = world.realm.now();
      const message = { v: member.tab.build === 'major' ? 2 : 1, term: status.term, from: leader, to, type: 'take' };
      member.tab.browser.bus.replay(channelOf(member), message);
      return true;
    }),
  },
  forgePacket: {
    weight: 2,
    run: always(({ realm }, { much }) => {
      const [name, ...args] = packets[much % packets.length] ?? ['events'];
      realm.server.hub()?.forge(name, args);
    }),
  },
  corruptStore: { weight: 0.5, run: toBrowser(({ disk }, { much }) => disk.corrupt(junk[much % 7])) },
  loseMessages: {
    weight: 2,
    run: toMember(null, (_world, { tab }, { much }) => tab.browser.bus.lose(tab.page, (much % 5) + 1)),
  },
};
