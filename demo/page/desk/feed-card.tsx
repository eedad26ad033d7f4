/** The live feed: newest on top, a fixed number of rows, drawn at most once a frame, so that 200 a second stay smooth. */
import type { StreamEvent } from 'onesocket';
import { useCommand, useSharedState } from 'onesocket/react';
import { rates } from '../../shared/desk.ts';
import { number, streamWords, time } from '../format.ts';
import { socket } from '../socket.ts';
import { Card } from '../ui/card.tsx';
import { Segments } from '../ui/segments.tsx';
import { messageOf } from '../ui/use-action.ts';
import { board } from './board.ts';
import { frame } from './engine.ts';
import { eventCount, latestEvents, rowsShown } from './feed.ts';
import { note } from './journal.ts';

const rateOptions = rates.map((rate) => ({ value: rate, label: String(rate), testId: `rate-${rate}` }));
const rows = Array.from({ length: rowsShown }, (_, row) => row);

/** Payloads are shown as text, whatever is in them. */
function textOf({ type, payload }: StreamEvent): string {
  if (typeof payload !== 'object' || payload === null) return type;
  if ('text' in payload) return String(payload.text);
  if ('perSecond' in payload && 'by' in payload) return `${payload.by} set the feed to ${payload.perSecond} per second`;
  if ('value' in payload && 'by' in payload) return `${payload.by} counted to ${payload.value}`;
  return type;
}

function FeedRow({ event }: { readonly event: StreamEvent | undefined }) {
  if (!event) return <li className="feed-row" />;
  return (
    <li className="feed-row">
      <span className="feed-id">{number(event.id)}</span>
      <span className="chip" data-own={event.stream !== 'all' || undefined}>
        {streamWords(event.stream)}
      </span>
      <span className="feed-text">{textOf(event)}</span>
      <span className="feed-time">{time(event.timestamp)}</span>
    </li>
  );
}

function FeedRows() {
  frame.use();
  const events = latestEvents();
  return (
    <div className="feed-frame">
      {events.length === 0 && <p className="feed-empty">No events yet.</p>}
      <ol className="feed" data-testid="feed">
        {rows.map((row) => (
          <FeedRow key={row} event={events[row]} />
        ))}
      </ol>
    </div>
  );
}

function FeedCount() {
  frame.use();
  return (
    <p className="feed-count">
      <span className="feed-seen" data-testid="delivered">
        {number(eventCount())}
      </span>{' '}
      handled here
    </p>
  );
}

export function FeedCard() {
  const rate = useSharedState(board).state?.perSecond;
  const setRate = useCommand(socket, 'feed:set_rate');
  const choose = (perSecond: number) =>
    void setRate.run({ perSecond }).catch((error) => note(`The rate was not set: ${messageOf(error)}.`, 'bad'));
  return (
    <Card title="Live feed">
      <div className="feed-bar">
        <Segments label="Events per second" options={rateOptions} value={rate} onChange={choose} />
        <FeedCount />
      </div>
      <FeedRows />
    </Card>
  );
}
