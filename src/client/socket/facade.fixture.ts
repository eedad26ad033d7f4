/** A page with `oneSocket` over ports made by hand, and a server that is the test itself. */
import { createManualClock, type ManualClock } from '../../core/clock.fixture.ts';
import type { Environment, Lock, LockGrant } from '../../core/ports.ts';
import type { Authenticated, WireEvent } from '../../protocol/messages.ts';
import { greeting } from '../leader/connector.fixture.ts';
import type { Logger, OneSocketOptions } from '../option-types.ts';
import { createHub, createLinks, createPage, createStore } from '../ports.fixture.ts';
import type { OneSocket } from '../types.ts';
import { createSockets } from './sockets.ts';

/** One lock per name and origin: first come, first served; a steal takes it. */
export function createLock(soon: (run: () => void) => void): Lock {
  const queues = new Map<string, { readonly grant: LockGrant; granted: boolean }[]>();
  const queueOf = (name: string) => {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    return queue;
  };
  const next = (name: string): void => {
    soon(() => {
      const [first] = queueOf(name);
      if (!first || first.granted) return;
      first.granted = true;
      first.grant.onGranted();
    });
  };
  return {
    exclusive: true,
    request(name, how, grant) {
      const queue = queueOf(name);
      const entry = { grant, granted: false };
      const holder = how === 'steal' && queue[0]?.granted ? queue.shift() : undefined;
      if (how === 'steal') queue.unshift(entry);
      else queue.push(entry);
      holder?.grant.onLost();
      next(name);
      return () => {
        const at = queue.indexOf(entry);
        if (at >= 0) queue.splice(at, 1);
        next(name);
      };
    },
    async ifFree(_, critical) {
      await critical();
      return true;
    },
    holder: async (name) => (queueOf(name)[0]?.granted ? 'holder' : null),
  };
}

/** `ports`: what of the page's world is another than here. */
export function openPage(
  options: OneSocketOptions = {},
  ports: (clock: ManualClock) => Partial<Environment> = () => ({}),
) {
  const clock = createManualClock();
  const links = createLinks();
  const page = createPage();
  const store = createStore();
  const hub = createHub(clock.soon);
  const warnings: string[] = [];
  const lock = createLock(clock.soon);
  const logger: Logger = { debug() {}, info() {}, warn: (message) => void warnings.push(message), error() {} };
  const environment: Environment = {
    clock,
    page,
    store,
    openBus: hub.openBus,
    lock,
    loadFallbackLock: () => Promise.reject(new Error('not here')),
    ...ports(clock),
  };
  const sockets = createSockets({ environment, linkTo: () => links.openLink });
  /** Another page of the same browser. */
  const another = createSockets({ environment: { ...environment, page: createPage() }, linkTo: () => links.openLink });
  const all = { companion: true, user: 'u', logger, ...options };
  let id = 0;
  return {
    clock,
    links,
    lock,
    page,
    store,
    hub,
    warnings,
    open: (more: OneSocketOptions = {}): OneSocket => sockets('https://server/', { ...all, ...more }),
    openElsewhere: (more: OneSocketOptions = {}): OneSocket => another('https://server/', { ...all, ...more }),
    /** The server lets the newest link in. */
    async accept(fields: Partial<Authenticated> = {}) {
      await clock.settle();
      const { events } = links.last();
      events.onOpen('socket-id');
      if (all.companion) {
        const streams = { 'user:u': { epoch: 'e', id } };
        events.onPacket('authenticated', [{ ...greeting, streams, ...fields }]);
      }
      await clock.settle();
    },
    /** The server sends events of the user's stream, in one frame. */
    async events(...named: readonly [type: string, payload?: unknown][]) {
      const prev = id;
      const events = named.map(([type, payload]): WireEvent => {
        id += 1;
        return { id, type, payload, timestamp: 9 };
      });
      links.last().events.onPacket('events', [{ stream: 'user:u', epoch: 'e', prev, id, events }]);
      await clock.settle();
    },
    async packet(name: string, ...args: unknown[]) {
      links.last().events.onPacket(name, args);
      await clock.settle();
    },
    requests: (name: string) => links.last().requests.filter((request) => request.name === name),
  };
}
