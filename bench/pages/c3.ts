/** (c3) The relay by hand; what arrives before a task without delay gets its turn goes out in one post. */
import { type RelayedEvent, startRelay } from './relay.ts';

const maxEventsPerPost = 64;

startRelay((post) => {
  const { port1, port2 } = new MessageChannel();
  let events: RelayedEvent[] = [];
  const flush = (): void => {
    if (events.length > 0) post({ type: 'events', events });
    events = [];
  };
  port1.onmessage = flush;
  return (event) => {
    events.push(event);
    if (events.length === maxEventsPerPost) flush();
    else if (events.length === 1) port2.postMessage(null);
  };
});
