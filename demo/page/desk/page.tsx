import { useState } from 'react';
import { isPane } from '../shell/pane.ts';
import { Button } from '../ui/button.tsx';
import { BoardCard } from './board-card.tsx';
import { CommandsCard } from './commands-card.tsx';
import { FaultsCard } from './faults-card.tsx';
import { FeedCard } from './feed-card.tsx';
import { GroupCard } from './group-card.tsx';
import { Guide } from './guide.tsx';
import { InspectorCard } from './inspector-card.tsx';
import { JournalCard } from './journal-card.tsx';
import { LatencyCard } from './latency-card.tsx';
import { ThisTabCard } from './this-tab-card.tsx';

const hiddenKey = 'demo:guide-hidden';

/** A pane shows what differs between tabs. */
function Pane() {
  return (
    <div className="column pane-column">
      <ThisTabCard />
      <GroupCard />
      <FaultsCard />
      <FeedCard />
      <JournalCard />
    </div>
  );
}

export function Page() {
  const [guide, setGuide] = useState(() => localStorage.getItem(hiddenKey) === null);
  const [inspector, setInspector] = useState(false);
  const toggleGuide = () => {
    if (guide) localStorage.setItem(hiddenKey, '1');
    else localStorage.removeItem(hiddenKey);
    setGuide(!guide);
  };
  if (isPane) return <Pane />;
  return (
    <>
      <header className="page-head">
        <h1>Desk</h1>
        <div className="row">
          <Button aria-pressed={guide} data-testid="show-guide" onClick={toggleGuide}>
            Guide
          </Button>
          <Button aria-pressed={inspector} data-testid="show-inspector" onClick={() => setInspector(!inspector)}>
            Inspector
          </Button>
        </div>
      </header>
      {guide && <Guide onHide={toggleGuide} />}
      <div className="grid">
        <div className="column">
          <GroupCard />
          <FaultsCard />
          <FeedCard />
          <JournalCard />
        </div>
        <div className="column">
          <ThisTabCard />
          <CommandsCard />
          <BoardCard />
          <LatencyCard />
        </div>
      </div>
      {inspector && <InspectorCard />}
    </>
  );
}
