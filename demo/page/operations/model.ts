/** What becomes of the picture of Operations by what its channels tell. Pure, and no harm when told twice. */
import type {
  DashboardEvents,
  DlqEntry,
  DlqEvents,
  FeedEvent,
  FeedEvents,
  OperationsSnapshot,
} from '../../shared/operations.ts';

/** Any event of the three channels, by its name. */
type Told<Map> = {
  readonly [Name in keyof Map]: { readonly type: Name; readonly payload: PayloadOf<Map[Name]> };
}[keyof Map];
type PayloadOf<Listener> = Listener extends (payload: infer Payload) => unknown ? Payload : never;
export type OperationsEvent = Told<DashboardEvents> | Told<FeedEvents> | Told<DlqEvents>;

const names: ReadonlySet<string> = new Set<OperationsEvent['type']>([
  'dashboard:metrics:updated',
  'service:status:changed',
  'infrastructure:status:changed',
  'event:created',
  'event:failed',
  'event:replayed',
  'dlq:event:added',
  'dlq:event:retrying',
  'dlq:event:resolved',
  'dlq:event:failed',
  'dlq:stats:updated',
]);

/** `null`: a newer server's, that this page knows nothing of. */
export function toOperationsEvent(type: string, payload: unknown): OperationsEvent | null {
  return names.has(type) ? ({ type, payload } as OperationsEvent) : null;
}

const keptEvents = 100;
const keptPoints = 60;

function addEvent(events: readonly FeedEvent[], event: FeedEvent): readonly FeedEvent[] {
  if (events.some(({ eventId }) => eventId === event.eventId)) return events;
  return [event, ...events].slice(0, keptEvents);
}

function settle(events: readonly FeedEvent[], eventId: string, status: FeedEvent['status']): readonly FeedEvent[] {
  return events.map((event) => (event.eventId === eventId ? { ...event, status } : event));
}

function addLetter(letters: readonly DlqEntry[], letter: DlqEntry): readonly DlqEntry[] {
  if (letters.some(({ dlqId }) => dlqId === letter.dlqId)) return letters;
  return [letter, ...letters].slice(0, keptEvents);
}

function change(letters: readonly DlqEntry[], { dlqId, ...news }: { readonly dlqId: string } & Partial<DlqEntry>) {
  return letters.map((letter) => (letter.dlqId === dlqId ? { ...letter, ...news } : letter));
}

export function apply(state: OperationsSnapshot, event: OperationsEvent): OperationsSnapshot {
  switch (event.type) {
    case 'dashboard:metrics:updated': {
      const { metrics, timestamp } = event.payload;
      if (state.metrics.some((point) => point.timestamp === timestamp)) return state;
      return { ...state, metrics: [...state.metrics, { ...metrics, timestamp }].slice(-keptPoints) };
    }
    case 'service:status:changed': {
      const { service, status } = event.payload;
      return { ...state, services: { ...state.services, [service]: status } };
    }
    case 'infrastructure:status:changed': {
      const { component, status } = event.payload;
      return { ...state, infrastructure: { ...state.infrastructure, [component]: status } };
    }
    case 'event:created':
      return { ...state, events: addEvent(state.events, { ...event.payload, status: 'queued', replayOf: null }) };
    case 'event:replayed':
      return { ...state, events: addEvent(state.events, { ...event.payload, status: 'queued' }) };
    case 'event:failed':
      return { ...state, events: settle(state.events, event.payload.eventId, 'failed') };
    case 'dlq:event:added':
      return { ...state, dlq: addLetter(state.dlq, { ...event.payload, attemptCount: 0 }) };
    case 'dlq:event:resolved': {
      const dlq = change(state.dlq, event.payload);
      const letter = dlq.find(({ dlqId }) => dlqId === event.payload.dlqId);
      const events = letter ? settle(state.events, letter.originalEvent.eventId, 'done') : state.events;
      return { ...state, dlq, events };
    }
    case 'dlq:event:retrying':
    case 'dlq:event:failed':
      return { ...state, dlq: change(state.dlq, event.payload) };
    case 'dlq:stats:updated':
      return { ...state, stats: event.payload };
  }
}
