/** The app's options with their defaults, read once. */
import type { ConnectionOptions } from '../core/connection.ts';
import type { Auth } from './auth-types.ts';
import { oneSocketError } from './errors.ts';
import type { Logger, OneSocketOptions } from './option-types.ts';
import type { Schemas } from './schemas.ts';

export interface Settings {
  readonly url: string;
  readonly companion: boolean;
  readonly user: string | undefined;
  /** Asked before each connection; the app may set another. */
  auth: Auth | undefined;
  readonly authTimeoutMs: number;
  readonly resume: 'stored' | 'now';
  readonly leaderTimeoutMs: number;
  readonly ackTimeoutMs: number;
  /** Acknowledgements get an error, or null, first. */
  readonly ackErrors: boolean;
  /** A plain server only: how often an emit is sent again. */
  readonly retries: number;
  readonly autoConnect: boolean;
  readonly connection: ConnectionOptions;
  readonly logger: Logger;
  readonly schemas: Schemas;
  /** Server, path and mode: with the user they name what its namespaces share. */
  readonly server: string;
  readonly namespace: string;
  /** The same with the namespace: with the user it makes the group's name. */
  readonly endpoint: string;
  readonly options: OneSocketOptions;
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** @param url - absolute, with the namespace as its path, as in socket.io-client */
export function toSettings(url: string, options: OneSocketOptions): Settings {
  const {
    companion = false,
    user,
    auth,
    authTimeoutMs = 10_000,
    resume = 'stored',
    leaderTimeoutMs = 5_000,
    ackTimeout = 30_000,
    reconnection = true,
    retries = 0,
    randomizationFactor = 1,
    autoConnect = true,
    path = '/socket.io',
    timeout = 20_000,
    logger = silent,
    schemas = {},
  } = options;
  // As in socket.io-client 0 means the default.
  const reconnectionDelay = options.reconnectionDelay || 1_000;
  const reconnectionDelayMax = options.reconnectionDelayMax || 5_000;
  const reconnectionAttempts = reconnection ? options.reconnectionAttempts || Number.POSITIVE_INFINITY : 0;
  const durations = { authTimeoutMs, leaderTimeoutMs, ackTimeout, reconnectionDelay, reconnectionDelayMax, timeout };
  for (const [name, ms] of Object.entries(durations)) {
    if (typeof ms === 'number' && ms > 0) continue;
    throw oneSocketError('bad_option', `\`${name}\` must be a positive number of milliseconds, not ${String(ms)}`);
  }
  if (user !== undefined && (typeof user !== 'string' || user.length < 1 || user.length > 256)) {
    throw oneSocketError('bad_option', '`user` must be a string of 1 to 256 characters, or be left out');
  }
  const mode = companion ? 'companion' : 'plain';
  const enginePath = path.replace(/\/$/, '');
  const { origin, pathname, search, hash } = new URL(url);
  const backoff = { reconnectionDelay, reconnectionDelayMax, randomizationFactor, reconnectionAttempts };
  return {
    url,
    companion,
    user,
    auth,
    authTimeoutMs,
    resume,
    leaderTimeoutMs,
    ackTimeoutMs: ackTimeout,
    ackErrors: options.ackTimeout !== undefined || retries > 0,
    retries,
    autoConnect,
    connection: { ...backoff, timeoutMs: timeout, companion },
    logger,
    schemas,
    server: `${mode}:${origin}:${enginePath}`,
    // With all that tells its group from others of the server: another page leads exactly this one.
    namespace: pathname + search + hash,
    endpoint: `${mode}:${url}:${enginePath}`,
    options,
  };
}
