/** The app behind the simulated server: whose a token is, who is in which room, what its commands do. */
import { AuthError, CommandError } from '../server/errors.ts';
import type { Clock, PlainListener } from '../server/ports.ts';
import { channelName } from './channel-recorder.ts';
import type { WorldConfig } from './config.ts';
import type { Ledger } from './ledger.ts';
import type { SimServerOptions } from './server.ts';

interface AppDeps {
  readonly config: WorldConfig;
  readonly ledger: Ledger;
  readonly rooms: ReadonlyMap<string, ReadonlySet<string>>;
  /** The command took effect and is about to be answered; true: the process dies now. */
  readonly dies: () => boolean;
}

interface Order {
  readonly key: number;
  readonly delayMs: number;
}

const leaseMs = 2_000;

/** A JWT as far as anybody here reads it. */
export function toToken(user: string, expiresAt: number | undefined): string {
  return `x.${btoa(JSON.stringify({ sub: user, ...(expiresAt !== undefined && { exp: expiresAt }) }))}.y`;
}

export function holdsToken(value: unknown): boolean {
  if (typeof value === 'string') return /x\.ey[\w=+/]+\.y/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsToken);
}

export function createApp({ config, ledger, rooms, dies }: AppDeps): Partial<SimServerOptions> {
  const wait = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve));

  async function add(clock: Clock, { key, delayMs }: Order): Promise<number> {
    ledger.ran(key);
    if (delayMs > 0) await wait(clock, delayMs);
    if (dies()) await new Promise(() => {});
    return key * 2;
  }

  return {
    durableLog: config.durableLog,
    logOptions: { ttlMs: config.ttlMs, maxEvents: config.maxEvents },
    pageSize: config.pageSize,
    maxReplay: config.maxReplay,
    sessions: config.sessions,
    channels: { [channelName]: { filters: ['kind'] } },
    authenticate(token = '', { now }) {
      const { sub, exp } = JSON.parse(atob(token.split('.')[1] ?? '')) as { sub: string; exp?: number };
      if (exp !== undefined && exp <= now) throw new AuthError('token_expired', 'too old');
      return { userId: sub, ...(exp !== undefined && { expiresAt: exp }) };
    },
    serve(realtime, clock) {
      for (const [user, names] of rooms) for (const room of names) void realtime.joinRoom(user, room);
      realtime.onCommand('add', (order) => add(clock, order as Order));
      realtime.onCommand('rare', { limit: { perSecond: 0.5, burst: 2 } }, (order) => add(clock, order as Order));
      realtime.onCommand('slow', { leaseMs }, async (order) => {
        const result = await add(clock, order as Order);
        await wait(clock, leaseMs * 2);
        return result;
      });
      realtime.onCommand('refuse', () => {
        throw new CommandError('no_thanks', 'on purpose');
      });
      realtime.onCommand('boom', () => {
        throw new Error('on purpose');
      });
    },
    listenersOf(clock) {
      const listener: PlainListener = (order, ack) =>
        void add(clock, order as Order).then((result) => (ack as (result: number) => void)(result));
      return new Map([['add', listener]]);
    },
  };
}
