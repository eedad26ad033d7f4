import { useSharedState, useStatus } from 'onesocket/react';
import { useState } from 'react';
import { type Module, shops, users } from '../../shared/users.ts';
import { socket, userId } from '../socket.ts';
import { Badge, Notice } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { OfflineNotice } from '../ui/offline-notice.tsx';
import { messageOf } from '../ui/use-action.ts';
import { Chat } from './chat.tsx';
import { OrderDialog } from './order-dialog.tsx';
import { Orders } from './orders.tsx';
import { shop } from './state.ts';
import { Transactions } from './transactions.tsx';

const modules: readonly Module[] = ['orders', 'transactions', 'chat'];

export function Page() {
  const { state, stale, error } = useSharedState(shop);
  const connected = useStatus(socket, ({ connection }) => connection === 'connected');
  const [ordering, setOrdering] = useState(false);
  const { shopId, modules: own } = users[userId];
  const has = (module: Module) => own.some((each) => each === module);

  return (
    <>
      <header className="page-head">
        <h1>{shopId ? shops[shopId] : 'Shop'}</h1>
        <ul className="row" aria-label="Your modules">
          {modules.map((module) => (
            <li key={module}>
              <Badge tone={has(module) ? 'good' : 'plain'}>{has(module) ? module : `no ${module}`}</Badge>
            </li>
          ))}
        </ul>
        <Button
          look="primary"
          disabled={!connected || !shopId || !has('orders')}
          data-testid="new-order"
          onClick={() => setOrdering(true)}
        >
          New order
        </Button>
      </header>
      {state && (
        <OfflineNotice>
          No connection just now: what you see is the last there was. It catches up by itself.
        </OfflineNotice>
      )}
      {error !== undefined && stale && state && (
        <Notice tone="bad">What you see may be out of date: {messageOf(error)}</Notice>
      )}
      {state ? (
        <div className="shop">
          <Orders orders={state.orders} online={connected} />
          <div className="shop-side">
            <Transactions transactions={state.transactions} online={connected} />
            <Chat chat={state.chat} online={connected} />
          </div>
        </div>
      ) : (
        <Loading error={error === undefined ? null : messageOf(error)} />
      )}
      {ordering && shopId && <OrderDialog shopId={shopId} onClose={() => setOrdering(false)} />}
    </>
  );
}
