/** Settings from environment variables, for those who keep them there. Nothing else of the package reads any. */
import type { AttachOptions } from './attach.ts';
import { jwt } from './auth.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface EnvOptions {
  /** `WEBSOCKET_ENABLED`; `false`: the application is to go on without. @defaultValue true */
  readonly enabled: boolean;
  /** `WS_PORT`. @defaultValue 3_000 */
  readonly port: number;
  /** `WEBSOCKET_NAMESPACE`. @defaultValue '/' */
  readonly namespace: string;
  /** For `new Server(http, io)`: `WS_PATH` (default `/socket.io`) and CORS by `CORS_ORIGIN`, with credentials. */
  readonly io: {
    readonly path: string;
    readonly cors: { readonly origin: true | string[]; readonly credentials: true };
  };
  /** For `attachRealtime(io, attach)`: `origins` of `CORS_ORIGIN`, and HS256 by `JWT_SECRET`. */
  readonly attach: Pick<AttachOptions, 'origins' | 'authenticate'>;
  /** `REDIS_URL`. */
  readonly redisUrl: string | undefined;
  /** For `memoryLog(eventLog)`: `EVENT_LOG_TTL_MS` (default 600_000) and `EVENT_LOG_MAX_EVENTS` per stream (10_000). */
  readonly eventLog: { readonly ttlMs: number; readonly maxEvents: number };
  /** `WEBSOCKET_METRICS_INTERVAL`. @defaultValue 5_000 */
  readonly metricsIntervalMs: number;
  /** `WEBSOCKET_DLQ_INTERVAL`. @defaultValue 10_000 */
  readonly dlqIntervalMs: number;
  /** `MAX_NOTIFICATIONS_PER_USER`. @defaultValue 100 */
  readonly maxNotificationsPerUser: number;
  /** `LOG_BUFFER_SIZE`, lines. @defaultValue 1_000 */
  readonly logBufferSize: number;
}

const minSecretBytes = 32;

/**
 * Development is open: all origins, and without `JWT_SECRET` no `authenticate`. With `NODE_ENV=production` both
 * `CORS_ORIGIN` (a list, separated by commas) and `JWT_SECRET` are required.
 * @param env - default: the process's own
 * @throws TypeError that names the variable and what it should be, never its value
 */
export function optionsFromEnv(env: Env = process.env): EnvOptions {
  const production = env.NODE_ENV === 'production';
  const origins = toOrigins(env, production);
  const secret = toSecret(env, production);
  return {
    enabled: toFlag(env, 'WEBSOCKET_ENABLED', true),
    port: toNumber(env, 'WS_PORT', 3_000, { min: 0, max: 65_535 }),
    namespace: `/${(env.WEBSOCKET_NAMESPACE ?? '').replace(/^\/+/, '')}`,
    io: { path: env.WS_PATH || '/socket.io', cors: { origin: origins ?? true, credentials: true } },
    attach: {
      ...(origins && { origins }),
      ...(secret !== undefined && { authenticate: jwt({ secret, algorithms: ['HS256'] }) }),
    },
    redisUrl: env.REDIS_URL || undefined,
    eventLog: {
      ttlMs: toNumber(env, 'EVENT_LOG_TTL_MS', 600_000),
      maxEvents: toNumber(env, 'EVENT_LOG_MAX_EVENTS', 10_000),
    },
    metricsIntervalMs: toNumber(env, 'WEBSOCKET_METRICS_INTERVAL', 5_000),
    dlqIntervalMs: toNumber(env, 'WEBSOCKET_DLQ_INTERVAL', 10_000),
    maxNotificationsPerUser: toNumber(env, 'MAX_NOTIFICATIONS_PER_USER', 100),
    logBufferSize: toNumber(env, 'LOG_BUFFER_SIZE', 1_000),
  };
}

function toNumber(env: Env, name: string, byDefault: number, { min = 1, max = 2 ** 31 - 1 } = {}): number {
  const text = env[name];
  if (text === undefined || text === '') return byDefault;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new TypeError(`${name} must be a whole number from ${min} to ${max}`);
}

function toFlag(env: Env, name: string, byDefault: boolean): boolean {
  const text = env[name]?.toLowerCase();
  if (text === undefined || text === '') return byDefault;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new TypeError(`${name} must be true or false`);
}

function toOrigins(env: Env, production: boolean): string[] | null {
  const names = (env.CORS_ORIGIN ?? '').split(',').map((name) => name.trim());
  const given = names.filter((name) => name !== '');
  const open = given.length === 0 || given.includes('*');
  if (open && production) throw new TypeError('CORS_ORIGIN must list the allowed origins in production');
  return open ? null : given.map(toOrigin);
}

function toOrigin(name: string): string {
  const origin = URL.canParse(name) ? new URL(name).origin : 'null';
  if (origin === 'null') throw new TypeError('CORS_ORIGIN must be a list of origins such as https://example.com');
  return origin;
}

function toSecret(env: Env, production: boolean): string | undefined {
  const secret = env.JWT_SECRET || undefined;
  if (secret === undefined && production) throw new TypeError('JWT_SECRET is required in production');
  if (secret !== undefined && Buffer.byteLength(secret) < minSecretBytes) {
    throw new TypeError(`JWT_SECRET must have at least ${minSecretBytes} bytes, as HS256 wants them`);
  }
  return secret;
}
