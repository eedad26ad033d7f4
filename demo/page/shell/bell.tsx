import { useSharedState } from 'onesocket/react';
import { moment } from '../format.ts';
import { inbox, markAllRead } from '../notifications/inbox.ts';
import { looks } from '../notifications/words.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Popup } from '../ui/popup.tsx';
import { useAction } from '../ui/use-action.ts';

const latest = 5;

/** The count is the same in every tab; what came last is under it. */
export function Bell() {
  const { state } = useSharedState(inbox);
  const unread = state?.unreadCount ?? 0;
  const readAll = useAction(markAllRead);
  return (
    <Popup
      className="bell"
      label={unread ? `Notifications, ${unread} unread` : 'Notifications'}
      testId="bell"
      trigger={
        <>
          <Icon name="bell" />
          <span className="bell-count" data-testid="unread" hidden={unread === 0}>
            {unread > 99 ? '99+' : unread}
          </span>
        </>
      }
    >
      {(close) => (
        <div className="bell-panel">
          <p className="bell-head">
            <b>Notifications</b>
            <Button size="small" look="quiet" disabled={unread === 0} onClick={() => void readAll.run()}>
              Mark all as read
            </Button>
          </p>
          <ul>
            {state?.notifications.slice(0, latest).map((one) => (
              <li key={one.id} data-read={one.read}>
                <span className={`notification-mark ${looks[one.type].tone}`}>
                  <Icon name={looks[one.type].icon} />
                </span>
                <span className="bell-title">{one.title}</span>
                <time dateTime={one.createdAt}>{moment(one.createdAt)}</time>
              </li>
            ))}
          </ul>
          {state?.notifications.length === 0 && <p className="bell-empty">All quiet</p>}
          {readAll.error && <p className="field-error">{readAll.error}</p>}
          <LinkButton to="/notifications" onClick={close}>
            All notifications
          </LinkButton>
        </div>
      )}
    </Popup>
  );
}
