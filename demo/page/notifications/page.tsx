import { useSharedState } from 'onesocket/react';
import { useState } from 'react';
import { type Category, categories, type Notification } from '../../shared/notifications.ts';
import { Empty, Notice, Skeleton } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { OfflineNotice } from '../ui/offline-notice.tsx';
import { Segments } from '../ui/segments.tsx';
import { messageOf, useAction } from '../ui/use-action.ts';
import { inbox, markAllRead, markRead, remove } from './inbox.ts';
import { NotificationItem } from './item.tsx';
import { SendDialog } from './send-dialog.tsx';
import { categoryWords } from './words.ts';

interface Filters {
  readonly read: 'all' | 'unread';
  readonly category: Category | 'all';
}

const passes = ({ read, category }: Filters, one: Notification) =>
  (read === 'all' || !one.read) && (category === 'all' || one.category === category);

const readOptions = [
  { value: 'all', label: 'All', testId: 'filter-all' },
  { value: 'unread', label: 'Unread', testId: 'filter-unread' },
] as const;

export function Page() {
  const { state, stale, error } = useSharedState(inbox);
  const [filters, setFilters] = useState<Filters>({ read: 'all', category: 'all' });
  const [sending, setSending] = useState(false);
  const readAll = useAction(markAllRead);
  const readOne = useAction(markRead);
  const removeOne = useAction(remove);
  const failure = readAll.error ?? readOne.error ?? removeOne.error;
  const shown = state?.notifications.filter((one) => passes(filters, one));

  return (
    <>
      <header className="page-head">
        <h1>Notifications</h1>
        <div className="row">
          <Button
            busy={readAll.pending}
            disabled={!state?.unreadCount}
            data-testid="read-all"
            onClick={() => void readAll.run()}
          >
            Mark all as read
          </Button>
          <Button look="primary" icon="send" data-testid="send" onClick={() => setSending(true)}>
            Send one
          </Button>
        </div>
      </header>
      {state && (
        <OfflineNotice>
          No connection just now. What you change goes by REST meanwhile, and is seen here when it is back.
        </OfflineNotice>
      )}
      {error !== undefined && stale && <Notice tone="bad">They could not be loaded: {messageOf(error)}</Notice>}
      {failure && <Notice tone="bad">That did not work: {failure}</Notice>}
      <section className="card" aria-label="Your notifications">
        <div className="filters">
          <Segments
            label="Show"
            quiet
            options={readOptions}
            value={filters.read}
            onChange={(read) => setFilters({ ...filters, read })}
          />
          <select
            aria-label="Category"
            value={filters.category}
            data-testid="filter-category"
            onChange={(event) => setFilters({ ...filters, category: event.target.value as Filters['category'] })}
          >
            <option value="all">All categories</option>
            {categories.map((category) => (
              <option key={category} value={category}>
                {categoryWords[category]}
              </option>
            ))}
          </select>
          <p className="hint" role="status" data-testid="notification-count">
            {shown ? `${shown.length} shown, ${state?.unreadCount} unread` : ' '}
          </p>
        </div>
        {!shown && <Skeleton rows={4} />}
        {shown?.length === 0 && (
          <Empty icon="bell" title={state?.notifications.length ? 'Nothing matches' : 'All quiet'}>
            {state?.notifications.length ? 'Other filters show more.' : 'Send one to yourself, or to somebody else.'}
          </Empty>
        )}
        <ul className="notifications">
          {shown?.map((one) => (
            <NotificationItem
              key={one.id}
              one={one}
              onRead={(id) => void readOne.run(id)}
              onRemove={(id) => void removeOne.run(id)}
            />
          ))}
        </ul>
      </section>
      {sending && <SendDialog onClose={() => setSending(false)} />}
    </>
  );
}
