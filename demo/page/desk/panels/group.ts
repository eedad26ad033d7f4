/** The browser's one connection: what the server counts, and the tabs that hang on it. */

import { number, roleWords, shortId } from '../../format.ts';
import { h, panel, setAttribute, setText, type View } from '../dom.ts';
import { type Block, type Blocks, type Comparison, compare } from '../ledger.ts';
import type { Peer } from '../peers.ts';
import type { Tab } from '../tab.ts';

const sharedStream = 'all';

function tile(testId: string, label: string, strong = false) {
  const value = h('dd', { testId }, '–');
  const element = h('div', { class: strong ? 'tile strong' : 'tile' }, h('dt', {}, label), value);
  return { element, value };
}

function rowFor(tab: string) {
  const cells = {
    id: h('span', { class: 'tab-id' }, shortId(tab)),
    own: h('span', { class: 'own wide-word' }, 'this tab'),
    role: h('td', { class: 'role-cell', testId: 'peer-role' }),
    seen: h('td', { class: 'seen wide-cell' }),
    delivered: h('td', { class: 'num wide-cell', testId: 'peer-delivered' }),
    hash: h('td', { class: 'hash', testId: 'peer-hash' }),
    verdict: h('span', {}, '–'),
    verdictWord: h('span', { class: 'wide-word' }),
  };
  const equal = h('td', { class: 'equal', testId: 'peer-equal' }, cells.verdict, cells.verdictWord);
  const head = h('th', { scope: 'row' }, h('span', { class: 'node', 'aria-hidden': 'true' }), cells.id, cells.own);
  const { role, seen, delivered, hash } = cells;
  const element = h('tr', { testId: 'peer', 'data-tab': tab }, head, role, seen, delivered, hash, equal);
  return { element, equal, ...cells };
}
type Row = ReturnType<typeof rowFor>;

/** The newest block that every tab which answers has seen whole: one line of hashes that must be the same. */
function commonBlock(peers: readonly Peer[], mine: readonly Block[]): Block | undefined {
  const others = peers.filter((peer) => !peer.own && !peer.silent && peer.card.blocks[sharedStream]?.length);
  const keys = others.map((peer) => new Set(peer.card.blocks[sharedStream]?.map((block) => block.key)));
  return mine.findLast((block) => keys.every((known) => known.has(block.key))) ?? mine.at(-1);
}

/** A leader that stopped answering, and has been replaced since. */
function isReplaced({ card, silent }: Peer, peers: readonly Peer[]): boolean {
  return silent && peers.some((peer) => peer.card.role === 'leader' && peer.card.term > card.term);
}

/** Blocks that this tab and the peer saw whole; of the tab itself: with any of the others. Who is silent may lag. */
function compareWith(peer: Peer, peers: readonly Peer[], mine: Blocks): Comparison {
  if (peer.silent) return { common: 0, different: 0 };
  if (!peer.own) return compare(mine, peer.card.blocks);
  const each = peers.filter((other) => !other.own).map((other) => compare(mine, other.card.blocks));
  return {
    common: each.reduce((sum, { common }) => sum + common, 0),
    different: each.reduce((sum, { different }) => sum + different, 0),
  };
}

export function createGroup({ socket, peers, ledger, counts }: Tab): View {
  const tiles = {
    browser: tile('server-connections', 'Connections of this browser', true),
    all: tile('server-all-connections', 'Of everybody'),
    sessions: tile('server-sessions', 'Sessions'),
    published: tile('server-published', 'Published'),
    replayed: tile('server-replayed', 'Replayed'),
  };
  const tabsLabel = h('p', { class: 'wire-label' });
  const blockLabel = h('span');
  const body = h('tbody', { testId: 'peers' });
  const table = h(
    'table',
    { class: 'tabs' },
    h('caption', { class: 'visually-hidden' }, 'Tabs of this browser'),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, 'Tab'),
        h('th', { scope: 'col' }, 'Role'),
        h('th', { scope: 'col', class: 'wide-cell' }, 'Page'),
        h('th', { scope: 'col', class: 'num wide-cell' }, 'Delivered'),
        h('th', { scope: 'col' }, 'Hash', h('span', { class: 'wide-word' }, ' of ', blockLabel)),
        h('th', { scope: 'col' }, 'Equal'),
      ),
    ),
    body,
  );
  const element = panel(
    'group',
    'One connection',
    h(
      'div',
      { class: 'server' },
      h('p', { class: 'server-name' }, 'Server'),
      h('dl', { class: 'tiles' }, ...Object.values(tiles).map((each) => each.element)),
    ),
    h('div', { class: 'wire' }, tabsLabel),
    h('div', { class: 'tabs-frame' }, table),
  );
  const rowByTab = new Map<string, Row>();

  function renderRow(row: Row, peer: Peer, peers: readonly Peer[], block: Block | undefined): void {
    const { card, own, silent } = peer;
    const replaced = isReplaced(peer, peers);
    setAttribute(row.element, 'data-role', replaced ? 'none' : card.role);
    setAttribute(row.element, 'data-own', own);
    setAttribute(row.element, 'data-silent', silent);
    row.own.hidden = !own;
    setText(row.role, replaced ? 'Replaced' : roleWords[card.role]);
    setText(row.seen, silent ? 'no answer' : card.visible ? 'visible' : 'hidden');
    setText(row.delivered, number(card.delivered));
    const same = block && card.blocks[sharedStream]?.find((each) => each.key === block.key);
    setText(row.hash, same?.hash ?? '–');
    const { common, different } = compareWith(peer, peers, ledger.blocks());
    setAttribute(row.equal, 'data-equal', common === 0 ? 'unknown' : String(different === 0));
    setText(row.verdict, common === 0 ? '–' : different === 0 ? '✓' : '✗');
    setText(row.verdictWord, common === 0 ? '' : different === 0 ? ' equal' : ` ${different} differ`);
  }

  function renderCounts(): void {
    const counted = counts();
    for (const [name, { value }] of Object.entries(tiles)) {
      setText(value, counted ? number(counted[name as keyof typeof tiles]) : '–');
    }
    const browser = counted?.browser;
    setAttribute(tiles.browser.element, 'data-state', browser === undefined ? null : browser > 1 ? 'bad' : 'good');
  }

  return {
    element,
    render() {
      const list = peers.list();
      const block = commonBlock(list, ledger.blocks()[sharedStream] ?? []);
      setText(blockLabel, block ? `${number(block.from)}–${number(block.to)}` : 'a block');
      const sharing = list.filter((peer) => !peer.silent).length;
      setText(tabsLabel, sharing === 1 ? '1 tab' : `${sharing} tabs share it`);
      setAttribute(element, 'data-connected', socket.connected);
      const gone = new Set(rowByTab.keys());
      for (const [place, peer] of list.entries()) {
        gone.delete(peer.card.tab);
        const row = rowByTab.get(peer.card.tab) ?? rowFor(peer.card.tab);
        rowByTab.set(peer.card.tab, row);
        renderRow(row, peer, list, block);
        if (body.children[place] !== row.element) body.insertBefore(row.element, body.children[place] ?? null);
      }
      for (const tab of gone) {
        rowByTab.get(tab)?.element.remove();
        rowByTab.delete(tab);
      }
      renderCounts();
    },
  };
}
