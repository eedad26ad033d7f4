/** What the page and the server of Operations agree on. Its channels are for admins. */

/** Each a worker thread that handles events of its types. */
export const services = ['orders', 'billing', 'mailer'] as const;
export type Service = (typeof services)[number];

export const serviceByType = {
  'order.placed': 'orders',
  'payment.captured': 'billing',
  'mail.requested': 'mailer',
} as const satisfies Readonly<Record<string, Service>>;
export type WorkType = keyof typeof serviceByType;
export const workTypes = Object.keys(serviceByType) as readonly WorkType[];

export type ServiceStatus = 'starting' | 'running' | 'down';

export interface Metrics {
  /** Milliseconds from handing an event to its service until it is done, of the last interval. */
  readonly avgLatency: number;
  /** Events per second of the last interval. */
  readonly throughput: number;
  /** Since the store began. */
  readonly totalEvents: number;
  readonly failedEvents: number;
}

/** An event of the store. */
export interface StoredEvent {
  readonly eventId: string;
  readonly eventType: WorkType;
  readonly service: Service;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}
export type EventStatus = 'queued' | 'done' | 'failed';
/** As the page lists it. */
export interface FeedEvent extends StoredEvent {
  readonly status: EventStatus;
  /** The event that this one is a replay of. */
  readonly replayOf: string | null;
}

export const dlqStatuses = ['pending', 'retrying', 'failed', 'resolved'] as const;
export type DlqStatus = (typeof dlqStatuses)[number];

export interface DlqEntry {
  readonly dlqId: string;
  readonly originalEvent: StoredEvent;
  readonly error: string;
  readonly status: DlqStatus;
  readonly attemptCount: number;
  readonly maxAttempts: number;
}

export interface DlqStats extends Readonly<Record<DlqStatus | 'total', number>> {
  /** By type of event. */
  readonly byTopic: Readonly<Record<string, number>>;
  readonly byService: Readonly<Record<string, number>>;
}

export const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

export interface LogLine {
  /** ISO 8601. */
  readonly timestamp: string;
  readonly level: Level;
  readonly service: string;
  readonly context: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly stack: string | null;
}

/** What the channel `dlq` may be filtered by; beside the fields that each event has. */
interface Filed {
  readonly status: DlqStatus;
}

export interface DashboardEvents {
  'dashboard:metrics:updated': (update: { readonly metrics: Metrics; readonly timestamp: string }) => void;
  'service:status:changed': (change: {
    readonly service: Service;
    readonly status: ServiceStatus;
    readonly timestamp: string;
  }) => void;
  /** What the server stands on: its log, its registry, its database. */
  'infrastructure:status:changed': (change: {
    readonly component: string;
    readonly status: 'up' | 'down';
    readonly timestamp: string;
  }) => void;
}

/** Of the channel `events`; filters: `eventType`, `service`. */
export interface FeedEvents {
  'event:created': (event: StoredEvent) => void;
  'event:failed': (event: StoredEvent & { readonly error: string }) => void;
  /** A copy that is handled anew, under an id of its own. */
  'event:replayed': (event: StoredEvent & { readonly replayOf: string }) => void;
}

/** Of the channel `dlq`; filter: `status`. */
export interface DlqEvents {
  'dlq:event:added': (event: Filed & Pick<DlqEntry, 'dlqId' | 'originalEvent' | 'error' | 'maxAttempts'>) => void;
  'dlq:event:retrying': (event: Filed & Pick<DlqEntry, 'dlqId' | 'attemptCount'>) => void;
  'dlq:event:resolved': (event: Filed & Pick<DlqEntry, 'dlqId'>) => void;
  'dlq:event:failed': (event: Filed & Pick<DlqEntry, 'dlqId' | 'attemptCount' | 'maxAttempts'>) => void;
  'dlq:stats:updated': (stats: DlqStats) => void;
}

/** Of the channel `logs`; filters: `level`, `service`, `context`. Every line is a `log:entry`; some are more. */
export interface LogEvents {
  'log:entry': (line: LogLine) => void;
  'log:error': (line: LogLine) => void;
  'log:warning': (line: LogLine) => void;
}

export interface OperationsEvents extends DashboardEvents, FeedEvents, DlqEvents, LogEvents {}

/** What one starts from, once the channels are joined. */
export interface OperationsSnapshot {
  readonly services: Readonly<Record<Service, ServiceStatus>>;
  readonly infrastructure: Readonly<Record<string, 'up' | 'down'>>;
  /** The last ones, oldest first. */
  readonly metrics: readonly (Metrics & { readonly timestamp: string })[];
  /** Newest first. */
  readonly events: readonly FeedEvent[];
  readonly dlq: readonly DlqEntry[];
  readonly stats: DlqStats;
}

/** For admins. */
export interface OperationsCommands {
  'operations:get': (wish: object, ack: (snapshot: OperationsSnapshot) => void) => void;
  /** Ends the worker thread, as a crash would; it is started again after a moment. */
  'service:kill': (wish: { readonly service: Service }, ack: (answer: { readonly success: true }) => void) => void;
  /** Makes an event; `poison`: handling it fails each time. */
  'event:create': (
    wish: { readonly eventType: WorkType; readonly poison?: boolean },
    ack: (answer: { readonly eventId: string }) => void,
  ) => void;
  'event:replay': (wish: { readonly eventId: string }, ack: (answer: { readonly eventId: string }) => void) => void;
  'dlq:retry': (wish: { readonly dlqId: string }, ack: (answer: { readonly success: true }) => void) => void;
}

/** `GET /api/v1/notifications/logs/stats` */
export interface LogStats {
  readonly total: number;
  readonly byLevel: Readonly<Record<Level, number>>;
  readonly byService: Readonly<Record<string, number>>;
  /** Newest first. */
  readonly recentErrors: readonly LogLine[];
}
