/** Where this tab stands: role, term, connection, streams and counters. */
import type { CounterName, Cursors, Status } from 'onesocket';
import { connectionWords, number, roleWords, shortId, streamWords } from '../format.ts';
import { isPane } from '../shell/pane.ts';
import { socket } from '../socket.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { ledger, pulse } from './engine.ts';
import { note } from './journal.ts';

const counterWords: Partial<Record<CounterName, string>> = {
  delivered: 'Delivered',
  duplicates: 'Duplicates dropped',
  gaps: 'Gaps found',
  healed: 'Gaps healed',
  refreshes: 'Refreshes',
  syncs: 'Syncs',
  posts: 'Posts to tabs',
  takeovers: 'Take-overs',
  results: 'Command results',
  refused: 'Refused',
  notSent: 'Not sent',
  unknown: 'Unknown outcome',
  malformed: 'Malformed dropped',
  handlerErrors: 'Handler errors',
};

const explanations: Record<Status['role'], string> = {
  electing: 'Finding out who leads.',
  leader: 'Holds the one connection, for all tabs.',
  follower: 'Gets every event from the leader.',
  solo: 'This browser can’t share: the tab has a connection of its own.',
  none: 'Not in the group.',
};

/** A pane has room for those that its feed shows. */
const paneStreams = /^(?:all|user:.*)$/;

const isOutside = () => ['idle', 'closed', 'failed', 'signed-out'].includes(socket.status.connection);

function toggle(): void {
  if (isOutside()) socket.connect();
  else socket.disconnect();
}

async function copy(): Promise<void> {
  await navigator.clipboard.writeText(JSON.stringify(socket.diagnostics(), null, 2)).then(
    () => note('Diagnostics copied.'),
    () => note('The browser did not let the page copy.', 'bad'),
  );
}

function Fact({ label, value, testId }: { readonly label: string; readonly value: string; readonly testId: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-testid={testId}>{value}</dd>
    </div>
  );
}

function Streams({ cursors }: { readonly cursors: Cursors }) {
  const blocks = ledger.blocks();
  return (
    <table className="streams">
      <caption className="visually-hidden">Streams, with the last block of ids that this tab saw whole</caption>
      <thead>
        <tr>
          <th scope="col">Stream</th>
          <th scope="col" className="num">
            Cursor
          </th>
          <th scope="col" className="num range">
            Block
          </th>
          <th scope="col">Hash</th>
        </tr>
      </thead>
      <tbody data-testid="streams">
        {Object.keys(cursors)
          .filter((stream) => !isPane || paneStreams.test(stream))
          .sort()
          .map((stream) => {
            const block = blocks[stream]?.at(-1);
            const name = streamWords(stream);
            return (
              <tr key={stream}>
                <th scope="row" title={stream}>
                  {name}
                </th>
                <td className="num" data-testid={`cursor-${name}`}>
                  {number(cursors[stream]?.id ?? 0)}
                </td>
                <td className="num range">{block ? `${number(block.from)}–${number(block.to)}` : '–'}</td>
                <td className="hash" data-testid={stream === 'all' ? 'hash' : undefined}>
                  {block?.hash ?? '–'}
                </td>
              </tr>
            );
          })}
      </tbody>
    </table>
  );
}

export function ThisTabCard() {
  pulse.use();
  const { status, counters, cursors, tab, client } = socket.diagnostics();
  const trouble = [status.reason?.message, ...status.degraded].filter(Boolean).join(' · ');
  return (
    <Card title="This tab" className="this-tab">
      <div className="role-badge" data-role={status.role}>
        <span className="badge-mark" aria-hidden="true" />
        <div>
          <p className="role-name" data-testid="role">
            {roleWords[status.role]}
          </p>
          <p className="role-text">{explanations[status.role]}</p>
        </div>
      </div>
      <dl className="facts" data-connection={status.connection}>
        <Fact label="Connection" testId="connection" value={connectionWords[status.connection]} />
        <Fact label="Term" testId="term" value={String(status.term)} />
        <Fact label="Recovery" testId="recovery" value={status.recovery === 'log' ? 'From the log' : 'None'} />
        <Fact label="Socket" testId="socket-id" value={socket.id ? shortId(socket.id) : '–'} />
        <Fact label="Tab" testId="tab-id" value={shortId(tab)} />
        <Fact label="Browser" testId="client-id" value={shortId(client)} />
      </dl>
      <p className="reason" role="status" data-testid="reason">
        {trouble}
      </p>
      <Streams cursors={cursors} />
      {!isPane && (
        <dl className="counters">
          {(Object.entries(counterWords) as [CounterName, string][]).map(([name, label]) => (
            <div key={name}>
              <dt>{label}</dt>
              <dd data-testid={`counter-${name}`}>{number(counters[name])}</dd>
            </div>
          ))}
        </dl>
      )}
      <div className="row">
        <Button data-testid="toggle-connect" onClick={toggle}>
          {isOutside() ? 'Join the group' : 'Leave the group'}
        </Button>
        {!isPane && (
          <Button data-testid="copy-diagnostics" onClick={() => void copy()}>
            Copy diagnostics
          </Button>
        )}
      </div>
    </Card>
  );
}
