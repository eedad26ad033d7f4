/** The browser's one connection: what the server counts, and the tabs that hang on it. */
import type { ServerCounts } from '../../shared/desk.ts';
import { number, roleWords, shortId } from '../format.ts';
import { isPane } from '../shell/pane.ts';
import { socket } from '../socket.ts';
import { Badge } from '../ui/bits.tsx';
import { Card } from '../ui/card.tsx';
import { commonBlock, compareWith, isReplaced, sharedStream } from './comparison.ts';
import { nodeNames, useCounts } from './counts.ts';
import { ledger, peers, pulse } from './engine.ts';
import type { Block } from './ledger.ts';
import type { Peer } from './peers.ts';

interface TileProps {
  readonly testId: string;
  readonly label: string;
  readonly value: number | undefined;
  readonly state?: 'good' | 'bad' | undefined;
}

function Tile({ testId, label, value, state }: TileProps) {
  return (
    <div className={testId === 'server-connections' ? 'tile strong' : 'tile'} data-state={state}>
      <dt>{label}</dt>
      <dd data-testid={testId}>{value === undefined ? '–' : number(value)}</dd>
    </div>
  );
}

/** One that is gone keeps its place: it comes back. */
function NodeBadge({ name, counts }: { readonly name: string; readonly counts: ServerCounts | null }) {
  if (!counts) return <Badge>{name}</Badge>;
  const node = counts.nodes.find((each) => each.name === name);
  if (!node) {
    return (
      <Badge tone="bad" data-testid="node-down">
        {`${name}: down`}
      </Badge>
    );
  }
  const { browser, onDuty } = node;
  return (
    <Badge tone={browser > 0 ? 'gold' : 'plain'} data-testid="node" data-here={browser > 0}>
      {name}
      {browser > 0 && ': your connection'}
      {onDuty && <span> · runs the feed</span>}
    </Badge>
  );
}

function ServerBox() {
  const counts = useCounts();
  const browser = counts?.browser;
  const names = nodeNames();
  return (
    <div className="server">
      <p className="server-name">Server{counts?.store === 'redis' && ', on Redis'}</p>
      <dl className="tiles">
        <Tile
          testId="server-connections"
          label="Connections of this browser"
          value={browser}
          state={browser ? (browser > 1 ? 'bad' : 'good') : undefined}
        />
        <Tile testId="server-all-connections" label="In all" value={counts?.all} />
        <Tile testId="server-sessions" label="Sessions" value={counts?.sessions} />
        <Tile testId="server-published" label="Published" value={counts?.published} />
        <Tile testId="server-replayed" label="Replayed" value={counts?.replayed} />
      </dl>
      {names.length > 1 && (
        <p className="nodes" data-testid="nodes">
          {names.map((name) => (
            <NodeBadge key={name} name={name} counts={counts} />
          ))}
        </p>
      )}
    </div>
  );
}

interface RowProps {
  readonly peer: Peer;
  readonly all: readonly Peer[];
  readonly block: Block | undefined;
}

function TabRow({ peer, all, block }: RowProps) {
  const { card, own, silent } = peer;
  const replaced = isReplaced(peer, all);
  const { common, different } = compareWith(peer, all, ledger.blocks());
  const verdict = common === 0 ? 'unknown' : String(different === 0);
  const same = block && card.blocks[sharedStream]?.find((each) => each.key === block.key);
  return (
    <tr
      data-testid="peer"
      data-tab={card.tab}
      data-role={replaced ? 'none' : card.role}
      data-own={own || undefined}
      data-silent={silent || undefined}
    >
      <th scope="row">
        <span className="node" aria-hidden="true" />
        <span className="tab-id">{shortId(card.tab)}</span>
        {own && <span className="own wide-word">this tab</span>}
      </th>
      <td className="role-cell" data-testid="peer-role">
        {replaced ? 'Replaced' : roleWords[card.role]}
      </td>
      <td className="seen wide-cell">{silent ? 'no answer' : card.visible ? 'visible' : 'hidden'}</td>
      <td className="num wide-cell" data-testid="peer-delivered">
        {number(card.delivered)}
      </td>
      <td className="hash" data-testid="peer-hash">
        {same?.hash ?? '–'}
      </td>
      <td className="equal" data-testid="peer-equal" data-equal={verdict}>
        {common === 0 ? '–' : different === 0 ? '✓' : '✗'}
        <span className="wide-word">{common === 0 ? '' : different === 0 ? ' equal' : ` ${different} differ`}</span>
      </td>
    </tr>
  );
}

function wireWords(tabs: number, connected: boolean): string {
  const what = tabs === 1 ? '1 tab' : `${tabs} tabs`;
  if (!connected) return `No connection: ${what} ${tabs === 1 ? 'waits' : 'wait'}`;
  return tabs > 1 ? `${what} share it` : what;
}

function Tabs() {
  pulse.use();
  const all = peers.list();
  const block = commonBlock(all, ledger.blocks()[sharedStream] ?? []);
  const connected = socket.connected;
  const tabs = all.filter(({ silent, card }) => !silent && card.role !== 'none').length;
  return (
    <>
      <div className="wire" data-connected={connected || undefined}>
        <p className="wire-label">{wireWords(tabs, connected)}</p>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: no form, and no landmark: four panes have one each. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <div className="tabs-frame" role="group" aria-label="Tabs of this browser" tabIndex={0}>
        <table className="tabs" data-connected={connected || undefined}>
          <caption className="visually-hidden">Tabs of this browser</caption>
          <thead>
            <tr>
              <th scope="col">Tab</th>
              <th scope="col">Role</th>
              <th scope="col" className="wide-cell">
                Page
              </th>
              <th scope="col" className="num wide-cell">
                Delivered
              </th>
              <th scope="col">
                Hash
                {block && <span className="wide-word">{` ${number(block.from)}–${number(block.to)}`}</span>}
              </th>
              <th scope="col">Equal</th>
            </tr>
          </thead>
          <tbody data-testid="peers">
            {all.map((peer) => (
              <TabRow key={peer.card.tab} peer={peer} all={all} block={block} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const hashHint = 'Equal hashes, of 20 events at a time: no tab lost one, or got one twice.';

export function GroupCard() {
  return (
    <Card title="One connection" className="group" hint={isPane ? undefined : hashHint}>
      <ServerBox />
      <Tabs />
    </Card>
  );
}
