import { useStatus } from 'onesocket/react';
import { socket } from '../socket.ts';
import { Badge, Notice } from '../ui/bits.tsx';
import { Loading } from '../ui/loading.tsx';
import { OfflineNotice } from '../ui/offline-notice.tsx';
import { DeadLetters } from './dlq.tsx';
import { Feed } from './feed.tsx';
import { Logs } from './logs.tsx';
import { MetricsCard } from './metrics.tsx';
import { Services } from './services.tsx';
import { useOperations } from './use-operations.ts';

export function Page() {
  const { state, live, forbidden, error } = useOperations();
  const connected = useStatus(socket, ({ connection }) => connection === 'connected');
  const online = connected && live;
  return (
    <>
      <header className="page-head">
        <h1>Operations</h1>
        <Badge tone={online ? 'good' : 'warn'} data-testid="operations-live" data-live={online}>
          <span className="dot" />
          {online ? 'Live' : 'Paused'}
        </Badge>
      </header>
      {forbidden && <Notice tone="bad">The server lets only admins see this.</Notice>}
      {state && (
        <OfflineNotice>
          No connection just now: what you see is the last there was. It catches up by itself.
        </OfflineNotice>
      )}
      {error && state && <Notice tone="bad">What you see may be out of date: {error}</Notice>}
      {state ? (
        <div className="operations">
          <MetricsCard state={state} />
          <Services state={state} online={online} />
          <Feed events={state.events} online={online} />
          <DeadLetters state={state} online={online} />
          <Logs />
        </div>
      ) : (
        <Loading error={error} />
      )}
    </>
  );
}
