/** Several namespaces of one server: one WebSocket, one leader, whichever pages use which. */
import { expect, test } from './support/fixtures.ts';
import { allSeen, untilLed, untilPublished } from './support/group.ts';
import type { TestServer } from './support/server.ts';
import type { Tab } from './support/tab.ts';

async function publish(server: TestServer, namespace: string, from: number, count: number): Promise<number> {
  await server.publish({ to: 'all', namespace, type: 'tick', from, count });
  await untilPublished(server);
  return from + count - 1;
}

for (const mode of ['companion', 'plain'] as const) {
  test.describe(`${mode}`, () => {
    test.use({ serverOptions: { mode, namespaces: ['/chat', '/admin'] } });

    test('[P1] pages with other namespaces share one connection, and each gets its own events', async ({
      openTab,
      server,
      network,
    }) => {
      const at = (namespace: string) => openTab({ url: `http://127.0.0.1:${network.port}${namespace}` });
      const root = await at('/');
      await root.untilConnected();
      const [chat, admin, secondChat] = [await at('/chat'), await at('/admin'), await at('/chat')];
      for (const tab of [chat, admin, secondChat]) await tab.untilConnected();
      expect((await root.status()).role).toBe('leader');
      for (const tab of [chat, admin, secondChat]) expect((await tab.status()).role).toBe('follower');
      expect((await server.state()).rawEver).toBe(1);

      await allSeen([root], await publish(server, '/', 1, 50));
      await allSeen([chat, secondChat], await publish(server, '/chat', 101, 50));
      await allSeen([admin], await publish(server, '/admin', 201, 50));
      for (const [tab, first] of [
        [root, 1],
        [chat, 101],
        [secondChat, 101],
        [admin, 201],
      ] as const) {
        expect((await tab.record()).plain).toEqual(Array.from({ length: 50 }, (_, i) => first + i));
      }
      expect((await server.state()).rawEver).toBe(1);
    });

    test('[P5] the page that leads them crashes: another leads all of them over one connection', async ({
      openTab,
      server,
      network,
    }) => {
      const at = (namespace: string) => openTab({ url: `http://127.0.0.1:${network.port}${namespace}` });
      const first = await at('/');
      await first.untilConnected();
      const tabs = [await at('/chat'), await at('/admin'), await at('/')];
      for (const tab of tabs) await tab.untilConnected();
      await first.crash();
      await untilLed(tabs);
      const [chat, admin, root] = tabs as [Tab, Tab, Tab];
      for (const tab of tabs) await tab.untilConnected();
      await allSeen([root], await publish(server, '/', 1, 5));
      await allSeen([chat], await publish(server, '/chat', 101, 5));
      await allSeen([admin], await publish(server, '/admin', 201, 5));
      await expect.poll(async () => (await server.state()).rawNow).toBe(1);
    });

    test('[P3] commands of a page go to its own namespace through the one that leads', async ({
      openTab,
      server,
      network,
    }) => {
      const root = await openTab({ url: `http://127.0.0.1:${network.port}/` });
      await root.untilConnected();
      const chat = await openTab({ url: `http://127.0.0.1:${network.port}/chat` });
      await chat.untilConnected();
      await chat.page.evaluate(() => window.tab.command('c1', 'work'));
      await expect.poll(async () => (await chat.record()).commands).toMatchObject([{ key: 'c1', outcome: 'result' }]);
      const { runsByKey, rawEver } = await server.state();
      expect([runsByKey.c1, rawEver]).toEqual([1, 1]);
    });
  });
}

test.describe('a cut', () => {
  test.use({ serverOptions: { mode: 'companion', namespaces: ['/chat'] } });

  test('[P2] all namespaces come back over one connection, nothing lost in any', async ({
    openTab,
    server,
    network,
  }) => {
    const root = await openTab({ url: `http://127.0.0.1:${network.port}/` });
    await root.untilConnected();
    const chat = await openTab({ url: `http://127.0.0.1:${network.port}/chat` });
    await chat.untilConnected();
    await allSeen([root], await publish(server, '/', 1, 5));
    await allSeen([chat], await publish(server, '/chat', 101, 5));
    network.cut();
    await expect.poll(async () => (await chat.status()).connection).not.toBe('connected');
    await publish(server, '/', 6, 20);
    await publish(server, '/chat', 106, 20);
    network.restore();
    await allSeen([root], 25);
    await allSeen([chat], 125);
    for (const tab of [root, chat]) {
      const { plain, refreshes } = await tab.record();
      expect([plain.length, refreshes]).toEqual([25, []]);
    }
    await expect.poll(async () => (await server.state()).rawNow).toBe(1);
  });
});
