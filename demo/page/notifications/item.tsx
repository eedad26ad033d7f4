import type { Notification } from '../../shared/notifications.ts';
import { moment } from '../format.ts';
import { Badge } from '../ui/bits.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { categoryWords, looks, typeWords } from './words.ts';

export interface ItemActions {
  readonly onRead: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

export function NotificationItem({ one, onRead, onRemove }: { readonly one: Notification } & ItemActions) {
  const { tone, icon } = looks[one.type];
  return (
    <li className="notification" data-read={one.read} data-testid="notification">
      <span className={`notification-mark ${tone}`}>
        <Icon name={icon} />
        <span className="visually-hidden">{typeWords[one.type]}</span>
      </span>
      <div className="notification-text">
        <h2>
          {!one.read && (
            <span className="unread-dot">
              <span className="visually-hidden">Unread: </span>
            </span>
          )}
          {one.title}
        </h2>
        <p>{one.message}</p>
        <p className="notification-facts">
          <Badge>{categoryWords[one.category]}</Badge>
          <time dateTime={one.createdAt}>{moment(one.createdAt)}</time>
        </p>
      </div>
      <div className="notification-actions">
        {one.actionUrl && (
          <LinkButton to={one.actionUrl} size="small" onClick={() => onRead(one.id)}>
            Do it
          </LinkButton>
        )}
        <Button
          look="quiet"
          size="small"
          icon="check"
          aria-label={`Mark “${one.title}” as read`}
          title="Mark as read"
          disabled={one.read}
          data-testid="mark-read"
          onClick={() => onRead(one.id)}
        />
        <Button
          look="quiet"
          size="small"
          icon="trash"
          aria-label={`Delete “${one.title}”`}
          title="Delete"
          data-testid="delete"
          onClick={() => onRemove(one.id)}
        />
      </div>
    </li>
  );
}
