/** A browser whose pages use namespaces of one server, played by hand. */
import { createManualClock } from '../../core/clock.fixture.ts';
import type { Store } from '../../core/ports.ts';
import { greeting } from '../leader/connector.fixture.ts';
import type { OneSocketOptions } from '../option-types.ts';
import { createHub, createLinks, createPage, createStore, type FakeLinks } from '../ports.fixture.ts';
import { createLock } from '../socket/facade.fixture.ts';
import { createSockets } from '../socket/sockets.ts';

export function openBrowser() {
  const clock = createManualClock();
  const hub = createHub(clock.soon);
  const lock = createLock(clock.soon);
  const disk = createStore();
  const openPage = (store: Store | null = disk) => {
    const links: Record<string, FakeLinks> = {};
    const page = createPage();
    const sockets = createSockets({
      environment: {
        ...{ clock, page, store, lock, openBus: hub.openBus },
        loadFallbackLock: () => Promise.reject(new Error('not here')),
      },
      linkTo: (url) => {
        const { pathname } = new URL(url);
        links[pathname] ??= createLinks();
        return (links[pathname] as FakeLinks).openLink;
      },
    });
    const linksOf = (namespace: string): FakeLinks => {
      links[namespace] ??= createLinks();
      return links[namespace] as FakeLinks;
    };
    return {
      page,
      linksOf,
      open: (namespace: string, options: OneSocketOptions = {}) =>
        sockets(`https://server${namespace}`, { companion: true, user: 'u', ...options }).connect(),
      live: (namespace: string) => linksOf(namespace).all.filter(({ closed }) => !closed).length,
      async serve(codes: Record<string, string> = {}, userId = 'u') {
        for (const [ns, { all }] of Object.entries(links)) {
          const last = all.at(-1);
          if (!last || last.closed) continue;
          const code = codes[ns];
          if (code) last.events.onRefused({ code, message: 'no', cause: { code, message: 'no' } });
          else {
            last.events.onOpen('id');
            last.events.onPacket('authenticated', [{ ...greeting, userId }]);
          }
        }
        await clock.settle();
      },
    };
  };
  return { clock, hub, disk, openPage };
}
