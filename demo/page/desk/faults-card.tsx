/** Everything that one can break from here, each with what should happen then. */
import { isPane } from '../shell/pane.ts';
import { LinkButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Action, ActionItem, OpenTab } from './action.tsx';
import { useCounts } from './counts.ts';
import { crashLeader, cutNetwork, endNode, hangLeader, inject } from './deeds.ts';

const onTheLine = [
  {
    testId: 'outage',
    label: 'Cut the network for 8 s',
    effect: 'The server lets this browser in no more. Then what was missed comes from its log.',
    run: cutNetwork,
  },
  {
    testId: 'cut',
    label: 'Drop the connection',
    effect: 'The server destroys it. The leader connects again at once, and goes on where it was.',
    run: inject('cut', 'Asked the server to drop this browser’s connection.'),
  },
  {
    testId: 'skip',
    label: 'Lose a packet',
    effect: 'The next packet of events is lost on its way. The gap is seen and healed.',
    run: inject('skip', 'The server loses the next packet of events.'),
  },
  {
    testId: 'repeat',
    label: 'Repeat a packet',
    effect: 'The next packet comes twice. The second is dropped as a duplicate.',
    run: inject('repeat', 'The server sends the next packet of events twice.'),
  },
  {
    testId: 'reset-log',
    label: 'Restart the server’s log',
    effect: 'For everybody: what can’t be recovered is announced, and shared states load again.',
    run: inject('reset', 'Asked the server to forget its log.'),
  },
] as const;

const nodeAction = {
  testId: 'end-node',
  label: 'Kill the node',
  effect: 'The process that holds your connection ends. The group goes on at another node; it is back in 5 s.',
  run: endNode,
};

export function FaultsCard() {
  const mayEndNode = useCounts()?.mayEndNode ?? false;
  return (
    <Card title="Break things">
      <h3 className="actions-title">Tabs</h3>
      <ul className="actions">
        {!isPane && (
          <>
            <ActionItem id="effect-open-tab" effect="The server’s count of your connections does not change.">
              <OpenTab data-testid="open-tab" aria-describedby="effect-open-tab" />
            </ActionItem>
            <ActionItem id="effect-open-panes" effect="Four of these pages side by side, to watch them at once.">
              <LinkButton to="/panes" data-testid="open-panes" aria-describedby="effect-open-panes">
                Open four panes
              </LinkButton>
            </ActionItem>
          </>
        )}
        <Action
          testId="crash"
          label="Crash the leader"
          effect="Nobody is told and nothing is saved, as in a crash; then its page loads again. Another tab takes over."
          run={crashLeader}
        />
        {!isPane && (
          <Action
            testId="hang"
            label="Hang the leader for 10 s"
            effect="It does nothing at all. A visible tab takes over after 5 s: watch from another window."
            run={hangLeader}
          />
        )}
      </ul>
      <h3 className="actions-title">Server and line</h3>
      <ul className="actions">
        {onTheLine.map((action) => (
          <Action key={action.testId} {...action} />
        ))}
        {mayEndNode && <Action {...nodeAction} />}
      </ul>
    </Card>
  );
}
