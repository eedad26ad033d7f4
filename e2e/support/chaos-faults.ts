/** What may happen to a group: to one of its tabs, to its network, to its server. */
import { lasting, type Scene } from './chaos.ts';
import { freeze, thaw } from './lifecycle.ts';
import type { Tab } from './tab.ts';

export interface ChaosFault {
  readonly name: string;
  /** What it has hold of while it lasts. */
  readonly on: 'tab' | 'network' | 'server';
  /** How often it is drawn, compared with the others. */
  readonly weight: number;
  /** Least and most length. */
  readonly ms?: readonly [number, number];
  /** Only to a tab behind another one. */
  readonly hidden?: boolean;
  happen(tab: Tab, ms: number): Promise<void>;
}

export function chaosFaults(scene: Scene): ChaosFault[] {
  const { network, server, context, web } = scene;

  const forAWhile = (start: (ms: number) => void, end: () => void) => async (_: Tab, ms: number) => {
    start(ms);
    await lasting(ms);
    end();
  };
  const loseNext = (how: 'skip' | 'repeat') => async () => {
    await server.ask('tamper', { type: 'tick', how });
  };

  return [
    {
      name: 'closed, and another opened',
      on: 'tab',
      weight: 3,
      async happen(tab) {
        scene.drop(tab);
        await tab.page.close();
        await scene.open();
      },
    },
    {
      name: 'crashes, and another is opened',
      on: 'tab',
      weight: 2,
      async happen(tab) {
        scene.lost.push(await tab.record());
        scene.drop(tab);
        await tab.crash();
        await scene.open();
      },
    },
    { name: 'reloaded', on: 'tab', weight: 3, happen: async (tab) => void (await tab.page.reload()) },
    {
      name: 'away and back',
      on: 'tab',
      weight: 3,
      ms: [100, 4_000],
      async happen(tab, ms) {
        await tab.away();
        await lasting(ms);
        await tab.back();
      },
    },
    { name: 'blocked', on: 'tab', weight: 2, ms: [500, 9_000], happen: (tab, ms) => tab.block(ms) },
    {
      name: 'frozen',
      on: 'tab',
      weight: 3,
      ms: [500, 8_000],
      hidden: true,
      async happen(tab, ms) {
        await freeze(tab);
        await lasting(ms);
        await thaw(tab);
      },
    },
    { name: 'shown', on: 'tab', weight: 4, happen: (tab) => scene.show(tab) },
    {
      name: 'its database is deleted',
      on: 'tab',
      weight: 1,
      async happen(tab) {
        const session = await context.newCDPSession(tab.page);
        await session.send('Storage.clearDataForOrigin', { origin: web.origin, storageTypes: 'indexeddb' });
        await session.detach();
      },
    },
    { name: 'cut', on: 'network', weight: 3, ms: [50, 3_000], happen: forAWhile(network.cut, network.restore) },
    { name: 'half-open', on: 'network', weight: 3, happen: async () => network.strand() },
    { name: 'deaf to the server', on: 'network', weight: 2, happen: async () => network.strand('down') },
    {
      name: 'holds and bursts',
      on: 'network',
      weight: 2,
      ms: [500, 6_000],
      happen: forAWhile(network.hold, network.release),
    },
    {
      name: 'slow',
      on: 'network',
      weight: 2,
      ms: [500, 5_000],
      happen: forAWhile(
        (ms) => network.delay(ms / 10, ms / 10),
        () => network.delay(0),
      ),
    },
    { name: 'loses an event', on: 'server', weight: 3, happen: loseNext('skip') },
    { name: 'repeats an event', on: 'server', weight: 2, happen: loseNext('repeat') },
    {
      name: 'ends all connections',
      on: 'server',
      weight: 1,
      happen: async () => void (await server.ask('disconnect', {})),
    },
    {
      name: 'killed, and its log with it',
      on: 'server',
      weight: 1,
      ms: [0, 1_500],
      async happen(_, ms) {
        scene.endedSessions.push((await server.state()).sessions);
        await server.kill();
        await lasting(ms);
        await server.revive();
      },
    },
  ];
}
