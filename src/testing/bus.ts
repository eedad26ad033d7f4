/** BroadcastChannel of one simulated browser: per sender in order, each delivery a task of its own. */
import type { OpenBus } from '../core/ports.ts';
import { clone } from './clone.ts';
import type { SimPage } from './page.ts';
import type { Random } from './random.ts';
import type { Tasks } from './tasks.ts';

export interface BusHub {
  portOf(page: SimPage): OpenBus;
  release(page: SimPage): void;
  /** The next so many messages to this page can't be read there. */
  lose(page: SimPage, count: number): void;
  /** When a message was last lost, or last bound to be; before the first: `-Infinity`. */
  lostAt(): number;
  /** A page outside of all groups posts on a channel. */
  forge(name: string, message: unknown): void;
  /** The same with something that a tab could have said: it need not be counted as malformed. */
  replay(name: string, message: unknown): void;
  /** Posted last on a channel, the latest last. */
  lately(name: string): readonly unknown[];
  /** Forged messages that reached this page's first object on their channel. */
  forgedFor(page: SimPage): number;
}

interface BusDeps {
  readonly tasks: Tasks;
  readonly random: Random;
  /** A message for a cached page: Chromium throws the page out, others drop the message. */
  readonly onCached: (page: SimPage) => void;
  readonly trace: (page: SimPage, what: string) => void;
  /** What a page of the browser says to the others. */
  readonly onPost: (message: unknown) => void;
}

interface Endpoint {
  readonly page: SimPage;
  readonly name: string;
  readonly onMessage: (message: unknown) => void;
  open: boolean;
  /** By page: no later message of it may arrive before this. Those of different pages may overtake each other. */
  readonly lastAt: Map<SimPage | null, number>;
}

const keptMessages = 20;

/** Mostly at once; one in fifty finds its receiver's process busy. */
const delayMs = (random: Random): number => random.next() * (random.chance(0.02) ? 50 : 2);

export function createBusHub({ tasks, random, onCached, trace, onPost }: BusDeps): BusHub {
  let endpoints: Endpoint[] = [];
  const toLose = new Map<SimPage, number>();
  let lostAt = Number.NEGATIVE_INFINITY;
  const latelyByName = new Map<string, unknown[]>();
  const forgedByPage = new Map<SimPage, number>();

  function deliver(to: Endpoint, message: unknown, forged: boolean): void {
    if (!to.open) return;
    const lost = toLose.get(to.page) ?? 0;
    if (lost > 0) {
      toLose.set(to.page, lost - 1);
      lostAt = tasks.now();
      return trace(to.page, 'a channel message is lost');
    }
    const isFirst = endpoints.find(({ page, name }) => page === to.page && name === to.name) === to;
    if (forged && isFirst) forgedByPage.set(to.page, (forgedByPage.get(to.page) ?? 0) + 1);
    to.onMessage(message);
  }

  function post(from: Endpoint | null, name: string, message: unknown, forged = false): void {
    const copy = clone(message);
    const sender = from?.page ?? null;
    for (const to of [...endpoints]) {
      if (to === from || to.name !== name) continue;
      if (to.page.state() === 'cached') onCached(to.page);
      const at = Math.max(to.lastAt.get(sender) ?? 0, tasks.now() + delayMs(random));
      to.lastAt.set(sender, at);
      tasks.add(to.page, 'message', at - tasks.now(), () => deliver(to, clone(copy), forged));
    }
    if (!from) return;
    onPost(copy);
    latelyByName.set(name, [...(latelyByName.get(name) ?? []).slice(1 - keptMessages), copy]);
  }

  return {
    portOf: (page) => (name, onMessage) => {
      const self: Endpoint = { page, name, onMessage, open: true, lastAt: new Map() };
      endpoints.push(self);
      return {
        post(message) {
          if (!self.open) throw new Error('InvalidStateError: the channel is closed');
          post(self, name, message);
        },
        close() {
          self.open = false;
          endpoints = endpoints.filter((other) => other !== self);
        },
      };
    },
    release(page) {
      endpoints = endpoints.filter((endpoint) => endpoint.page !== page);
    },
    lose(page, count) {
      toLose.set(page, count);
      if (count > 0) lostAt = tasks.now();
    },
    lostAt: () => lostAt,
    forge: (name, message) => post(null, name, message, true),
    replay: (name, message) => post(null, name, message),
    lately: (name) => latelyByName.get(name) ?? [],
    forgedFor: (page) => forgedByPage.get(page) ?? 0,
  };
}
