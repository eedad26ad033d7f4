/**
 * What we need of the app's client, as a subset of the `redis` package's: its types depend on modules, scripts and
 * type mappings that the app chose, and none of them matter here.
 */
export interface RedisClient {
  readonly isReady: boolean;
  readonly options?: { readonly socket?: object };
  duplicate(overrides: RedisOverrides): RedisClient;
  connect(): Promise<unknown>;
  destroy(): void;
  on(event: 'ready', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  ping(): Promise<unknown>;
  evalSha(sha: string, options: ScriptCall): Promise<unknown>;
  eval(script: string, options: ScriptCall): Promise<unknown>;
  hmGet(key: string, fields: string[]): Promise<unknown>;
  xLen(key: string): Promise<unknown>;
  subscribe(channels: string[], listener: ChannelListener): Promise<void>;
  unsubscribe(channels: string[], listener: ChannelListener): Promise<void>;
}

type ChannelListener = (message: string, channel: string) => void;

interface ScriptCall {
  keys: string[];
  arguments: string[];
}

/** What our own connections do otherwise than the app's. */
interface RedisOverrides {
  /** Nothing may run late: the caller was told long ago that it failed. */
  disableOfflineQueue: boolean;
  /** Texts stay texts. */
  commandOptions: object;
  socket: { readonly reconnectStrategy: (retries: number) => number };
}

/** The longest wait between two tries. */
export const longestWaitMs = 2_000;

/** For as long as the connection is open, with jitter, so that many nodes don't come back at once. */
function reconnectAfterMs(retries: number): number {
  return Math.min(50 * 2 ** retries, longestWaitMs) * (0.5 + Math.random() / 2);
}

export function duplicate(client: RedisClient, disableOfflineQueue: boolean): RedisClient {
  const socket = { ...client.options?.socket, reconnectStrategy: reconnectAfterMs };
  return client.duplicate({ disableOfflineQueue, commandOptions: {}, socket });
}
