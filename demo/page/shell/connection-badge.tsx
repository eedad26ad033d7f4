import { useStatus } from 'onesocket/react';
import { connectionWords, roleWords } from '../format.ts';
import { socket } from '../socket.ts';
import { Badge, type Tone } from '../ui/bits.tsx';
import { Icon } from '../ui/icon.tsx';

/** Role and connection of this tab, in every page's head. */
export function ConnectionBadge() {
  const role = useStatus(socket, (status) => status.role);
  const connection = useStatus(socket, (status) => status.connection);
  const leads = role === 'leader' || role === 'solo';
  const settled = connection === 'connected';
  const tone: Tone = !settled
    ? connection === 'waiting' || connection === 'failed'
      ? 'bad'
      : 'plain'
    : leads
      ? 'gold'
      : 'accent';
  return (
    <span role="status" className="connection-badge">
      <Badge tone={tone} data-testid="connection-badge">
        {leads ? <Icon name="crown" /> : <span className="dot" aria-hidden="true" />}
        <span>{settled ? roleWords[role] : connectionWords[connection]}</span>
      </Badge>
    </span>
  );
}
