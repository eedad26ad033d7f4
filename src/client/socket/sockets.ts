/** `oneSocket()` over an environment: finds or makes the page's participant for a group, and a facade on it. */
import type { Environment, OpenLink } from '../../core/ports.ts';
import { createHousehold, type Household } from '../group/household.ts';
import { createParticipant } from '../group/participant.ts';
import type { Borrowed, Participant } from '../group/participant-types.ts';
import { shareLock } from '../group/shared-lock.ts';
import type { OneSocketOptions } from '../option-types.ts';
import { type Settings, toSettings } from '../options.ts';
import type { FacadeEvents } from '../tab/tab.ts';
import type { OneSocket } from '../types.ts';
import { createFacade, type Facade } from './facade.ts';
import { createTracer, type Tracer } from './trace.ts';

interface Part {
  readonly participant: Participant;
  readonly tracer: Tracer;
  readonly facades: Set<Facade>;
}
interface Shared extends Part {
  readonly settings: Settings;
  readonly options: OneSocketOptions;
}

interface Platform {
  readonly environment: Environment;
  /** Opens links to that server with socket.io-client's own options. */
  readonly linkTo: (url: string, options: OneSocketOptions) => OpenLink;
}

/** One page's world: its sockets to the same server for the same user share one participant. */
export function createSockets(platform: Platform): (url: string, options: OneSocketOptions) => OneSocket {
  const { linkTo } = platform;
  const environmentOf = shareLocks(platform.environment);
  const { clock, openBus } = platform.environment;
  const sharedByKey = new Map<string, Shared>();
  const households = new Map<string, Household>();

  function share(url: string, options: OneSocketOptions): Shared {
    const settings = toSettings(url, options);
    const key = JSON.stringify([settings.endpoint, settings.user]);
    const found = sharedByKey.get(key);
    if (found) {
      if (differ(found.options, options)) {
        settings.logger.warn('options_differ: the first oneSocket() of this page for this server and user decides');
      }
      return found;
    }
    const shared: Shared = { ...participate(settings, options), options, settings };
    sharedByKey.set(key, shared);
    return shared;
  }

  function participate(settings: Settings, options: OneSocketOptions, borrowed?: Borrowed): Part {
    const facades = new Set<Facade>();
    const tracer = createTracer(clock);
    const participant = createParticipant({
      settings,
      environment: tracer.environment(environmentOf(settings.namespace)),
      openLink: tracer.link(linkTo(settings.url, options)),
      events: toAll(facades),
      borrowed,
      enterHousehold(name, lane, user) {
        const household = households.get(name) ?? createHousehold(openBus, name, () => households.delete(name));
        households.set(name, household);
        return household.enter(lane, (namespace) => borrow(namespace, settings, user));
      },
      signOut: (name) => households.get(name)?.signOut(),
    });
    return { participant, tracer, facades };
  }

  /** Leads a namespace that only other pages use, by the options of one that this page uses. */
  function borrow(namespace: string, like: Settings, user: string): void {
    const close = (): void => participant.leave();
    const settings: Settings = {
      ...toSettings(new URL(namespace, like.url).href, like.options),
      // The app may set another at any time.
      get auth() {
        return like.auth;
      },
    };
    const { participant } = participate(settings, like.options, { user, close });
    participant.join();
  }

  return (url, options) => {
    const shared = share(url, options);
    const facade: Facade = createFacade({
      settings: toSettings(url, options),
      shared: shared.settings,
      clock,
      participant: () => shared.participant,
      trace: shared.tracer.on,
      attach: () => void shared.facades.add(facade),
      detach() {
        shared.facades.delete(facade);
        // The page leaves the group with its last user.
        if (shared.facades.size === 0) shared.participant.leave();
      },
    });
    return facade.socket;
  };
}

/** The environment as one namespace sees it: its lock is held with the page's other ones. */
function shareLocks(environment: Environment): (namespace: string) => Environment {
  const lockOf = environment.lock && shareLock(environment.lock);
  let fallback: Promise<ReturnType<typeof shareLock>> | null = null;
  return (namespace) => ({
    ...environment,
    lock: lockOf?.(namespace) ?? null,
    async loadFallbackLock() {
      fallback ??= environment.loadFallbackLock().then(shareLock);
      try {
        return (await fallback)(namespace);
      } catch (error) {
        fallback = null;
        throw error;
      }
    },
  });
}

function toAll(facades: ReadonlySet<Facade>): FacadeEvents {
  const each = (run: (ears: FacadeEvents) => void): void => {
    // A copy: who leaves and comes anew in a handler, or comes first, is not told what happened before.
    for (const { ears } of [...facades]) run(ears);
  };
  return {
    onEvent: (stream, epoch, event) => each((ears) => ears.onEvent(stream, epoch, event)),
    onPacket: (name, args) => each((ears) => ears.onPacket(name, args)),
    onRefresh: (refresh) => each((ears) => ears.onRefresh(refresh)),
    onBatch: () => each((ears) => ears.onBatch()),
    onConnect: (link) => each((ears) => ears.onConnect(link)),
    onDisconnect: (link) => each((ears) => ears.onDisconnect(link)),
    onConnectError: (link) => each((ears) => ears.onConnectError(link)),
    onStatus: () => each((ears) => ears.onStatus()),
  };
}

/** Functions are new at each call of a component; only plain values count. */
function differ(a: OneSocketOptions, b: OneSocketOptions): boolean {
  const plain = (options: OneSocketOptions): string =>
    JSON.stringify(
      Object.entries(options)
        .filter(([, value]) => typeof value !== 'object' && typeof value !== 'function')
        .sort(),
    );
  return plain(a) !== plain(b);
}
