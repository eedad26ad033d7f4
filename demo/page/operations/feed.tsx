import { useCommand } from 'onesocket/react';
import { useState } from 'react';
import { type FeedEvent, services } from '../../shared/operations.ts';
import { time } from '../format.ts';
import { socket } from '../socket.ts';
import { Badge, Empty, Notice, Table } from '../ui/bits.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';

export function Feed({ events, online }: { readonly events: readonly FeedEvent[]; readonly online: boolean }) {
  const replay = useCommand(socket, 'event:replay');
  const [service, setService] = useState('');
  const shown = events.filter((event) => service === '' || event.service === service);
  return (
    <Card
      title="Events"
      testId="feed"
      hint="From the event store. A replay is a copy, handled anew."
      aside={
        <select
          aria-label="Service of the events"
          value={service}
          data-testid="feed-service"
          onChange={(event) => setService(event.target.value)}
        >
          <option value="">All services</option>
          {services.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      }
    >
      {replay.error && <Notice tone="bad">Not replayed: {replay.error.message}</Notice>}
      {shown.length === 0 ? (
        <Empty icon="operations" title="No events">
          Make one at the services, or wait for the traffic.
        </Empty>
      ) : (
        <Table caption="Events, the newest first" className="feed-table">
          <thead>
            <tr>
              <th className="wide-cell">Time</th>
              <th>Type</th>
              <th>State</th>
              <th>
                <span className="visually-hidden">Replay</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ eventId, eventType, timestamp, status, replayOf }) => (
              <tr key={eventId} data-testid="event" data-event={eventId} data-replay={replayOf ?? undefined}>
                <td className="wide-cell">
                  <time>{time(Date.parse(timestamp))}</time>
                </td>
                <td>
                  {eventType}
                  <span className="hint event-id">{replayOf ? `${eventId}, replay of ${replayOf}` : eventId}</span>
                </td>
                <td>{status === 'failed' ? <Badge tone="bad">failed</Badge> : <Badge>stored</Badge>}</td>
                <td className="num">
                  <Button
                    size="small"
                    icon="refresh"
                    disabled={!online}
                    data-testid="replay"
                    aria-label={`Replay ${eventId}`}
                    onClick={() => void replay.run({ eventId }).catch(() => {})}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  );
}
