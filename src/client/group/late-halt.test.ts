/** localStorage is not in step with the channels: what another page's process wrote is seen late. */
import { expect, test } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import type { Store } from '../../core/ports.ts';
import { greeting } from '../leader/connector.fixture.ts';
import { createHub, createLinks, createPage, createStore } from '../ports.fixture.ts';
import { createLock } from '../socket/facade.fixture.ts';
import { createSockets } from '../socket/sockets.ts';

test('[P9] a new page is not locked out by the page that leads, which sees late that it took the halt back', async () => {
  const clock = createManualClock();
  const hub = createHub(clock.soon);
  const lock = createLock(clock.soon);
  const disk = createStore();
  const links = { '/': createLinks(), '/chat': createLinks() };
  const namespaceOf = (url: string): '/' | '/chat' => (new URL(url).pathname === '/' ? '/' : '/chat');
  const openPage = (store: Store) => {
    const sockets = createSockets({
      environment: {
        ...{ clock, page: createPage(), store, lock, openBus: hub.openBus },
        loadFallbackLock: () => Promise.reject(new Error('not here')),
      },
      linkTo: (url) => links[namespaceOf(url)].openLink,
    });
    return (namespace: string) => sockets(`https://server${namespace}`, { companion: true, user: 'u' }).connect();
  };
  const seen = new Map<string, string>();
  const openFirst = openPage({ ...disk, readNow: (key) => seen.get(key) ?? disk.readNow(key) });
  openFirst('/');
  const gone = openFirst('/chat');
  await clock.settle();
  for (const { last } of Object.values(links)) {
    last().events.onOpen('id');
    last().events.onPacket('authenticated', [greeting]);
  }
  await clock.settle();
  links['/chat'].last().events.onPacket('session_replaced', [{}]);
  await clock.advance(2_000);
  expect(gone.status.reason?.code).toBe('session_replaced');
  for (const [key, value] of disk.now) if (key.endsWith(':halt')) seen.set(key, value);
  const came = openPage(disk)('/chat');
  await clock.settle();
  seen.clear();
  await clock.advance(10_000);
  expect([came.status.reason, links['/chat'].all.filter(({ closed }) => !closed).length]).toEqual([undefined, 1]);
});
