/** Two connections of our own, one to ask and one to listen, shared by the log, the registry and the command store. */
import type { Cancel, Clock, Logger } from '../server/ports.ts';
import type { RedisClient } from './client.ts';
import { createConnection } from './connection.ts';
import { RedisError, toRedisError, unanswered, unreachable } from './errors.ts';
import type { Script } from './script.ts';

interface LinkOptions {
  readonly client: RedisClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long an answer may take. */
  readonly timeoutMs: number;
}

/** Every call is bounded in time and rejects with a `RedisError`. */
export interface Link {
  /** What is called in one turn goes out in one piece, and runs in that order. */
  run(script: Script, keys: string[], args: readonly string[]): Promise<unknown>;
  readHash(key: string, fields: readonly string[]): Promise<readonly (string | null)[]>;
  /** Entries of a Redis stream. */
  readonly length: (key: string) => Promise<number>;
  /** Messages of a channel, from the moment that the promise is fulfilled. */
  follow(channel: string, onMessage: (message: string) => void): Promise<Cancel>;
  /** Called each time that a connection came back: messages may have been lost. */
  onReady(handler: () => void): Cancel;
  close(): void;
}

type Listener = (message: string) => void;

interface Channel {
  readonly listeners: Set<Listener>;
  confirmed: Promise<void>;
}

export function createLink({ client, clock, logger, timeoutMs }: LinkOptions): Link {
  const channels = new Map<string, Channel>();
  const readyHandlers = new Set<() => void>();
  let closed = false;
  // A call ran out of time: more would only queue up behind it.
  let stalled: RedisClient | null = null;
  let announce: () => void = () => {};
  const firstReady = new Promise<void>((resolve) => {
    announce = resolve;
  });

  const common = { client, clock, logger, timeoutMs };
  const asking = createConnection({ ...common, name: 'asking', disableOfflineQueue: true, onReady: onAsking });
  const listening = createConnection({
    ...common,
    name: 'listening',
    disableOfflineQueue: false,
    onReady: onListening,
  });

  function onAsking(): void {
    stalled = null;
    announce();
    tellReady();
  }

  function onListening(mine: RedisClient): void {
    // A replaced connection knows no channels yet; for any other this asks for nothing.
    const names = [...channels.keys()];
    const subscribed = names.length > 0 ? mine.subscribe(names, onMessage) : Promise.resolve();
    subscribed.then(tellReady, (error: unknown) => {
      if (mine.isReady) logger.error('Redis lets us listen to no channels; looked for what is new instead', error);
    });
  }

  function tellReady(): void {
    for (const handler of [...readyHandlers]) handler();
  }

  function onMessage(message: string, channel: string): void {
    for (const listener of channels.get(channel)?.listeners ?? []) listener(message);
  }

  function within<T>(work: Promise<T>, toError: () => RedisError): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => reject(toError()));
      work.then(resolve, reject).finally(cancel);
    });
  }

  const notThere = (): RedisError => unreachable(asking.lastError() ?? new Error('it does not answer'));

  async function ask<T>(send: (mine: RedisClient) => Promise<T>): Promise<T> {
    if (!asking.current()?.isReady && !asking.lastError()) await within(firstReady, notThere);
    const mine = asking.current();
    if (!mine?.isReady || mine === stalled) throw notThere();
    const answer = send(mine).finally(() => {
      if (stalled === mine) stalled = null;
    });
    const late = (): RedisError => {
      stalled = mine;
      return unanswered(timeoutMs);
    };
    return within(answer, late).catch((error: unknown) => {
      const known = error instanceof RedisError ? error : toRedisError(error);
      if (known.message.includes('READONLY')) asking.replace('it leads to a replica');
      throw known;
    });
  }

  function leave(name: string, channel: Channel, listener: Listener): void {
    channel.listeners.delete(listener);
    if (channel.listeners.size > 0 || channels.get(name) !== channel) return;
    channels.delete(name);
    // Of no matter if it fails: what nobody listens to is dropped. Named with its listener, or the client would take
    // one that follows at once for subscribed already.
    const left = listening.current()?.unsubscribe([name], onMessage);
    left?.catch(() => {});
  }

  function subscribe(name: string): Promise<void> {
    return listening.current()?.subscribe([name], onMessage) ?? Promise.reject(unreachable(null));
  }

  return {
    async run({ sha, source }, keys, args) {
      const call = { keys, arguments: [...args] };
      return ask(async (mine) => {
        try {
          return await mine.evalSha(sha, call);
        } catch (error) {
          if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
          return mine.eval(source, call);
        }
      });
    },
    readHash: (key, fields) => ask((mine) => mine.hmGet(key, [...fields])) as Promise<(string | null)[]>,
    length: (key) => ask((mine) => mine.xLen(key)) as Promise<number>,
    async follow(name, onMessageOf) {
      const listener: Listener = (message) => onMessageOf(message);
      const channel = channels.get(name) ?? { listeners: new Set<Listener>(), confirmed: subscribe(name) };
      channels.set(name, channel);
      channel.listeners.add(listener);
      try {
        await within(channel.confirmed, notThere);
      } catch (error) {
        leave(name, channel, listener);
        throw error instanceof RedisError ? error : toRedisError(error);
      }
      return () => leave(name, channel, listener);
    },
    onReady(handler) {
      readyHandlers.add(handler);
      return () => readyHandlers.delete(handler);
    },
    close() {
      if (closed) return;
      closed = true;
      readyHandlers.clear();
      channels.clear();
      asking.close();
      listening.close();
    },
  };
}
