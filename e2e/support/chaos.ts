/** A group of tabs under seeded faults: the seed says which, to whom and for how long; the rest is the machine's. */
import type { BrowserContext } from '@playwright/test';
import type { TabRecord } from '../page/types.ts';
import type { Session } from '../server/types.ts';
import { chaosFaults } from './chaos-faults.ts';
import type { OpenTab } from './fixtures.ts';
import type { TcpProxy } from './proxy.ts';
import type { Random } from './random.ts';
import type { TestServer } from './server.ts';
import type { Tab } from './tab.ts';
import type { Web } from './web.ts';

export interface ChaosDeps {
  readonly random: Random;
  readonly context: BrowserContext;
  readonly web: Web;
  readonly network: TcpProxy;
  readonly server: TestServer;
  readonly openTab: OpenTab;
}

/** What the faults act upon. */
export interface Scene extends ChaosDeps {
  readonly tabs: Tab[];
  /** The tab that is not hidden. */
  front: Tab | undefined;
  /** Records of pages that crashed, as of just before. */
  readonly lost: TabRecord[];
  /** Sessions of server processes that were killed, as of just before: apart, since each process has its own clock. */
  readonly endedSessions: (readonly Session[])[];
  /** Opens another tab in front of the others. */
  open(): Promise<void>;
  /** Takes the tab out of the scene. */
  drop(tab: Tab): void;
  show(tab: Tab | undefined): Promise<void>;
}

export interface Chaos extends Pick<Scene, 'tabs' | 'lost' | 'endedSessions' | 'open'> {
  /** Draws a fault every now and then, several may be under way at once; resolves when all are over. */
  unleash(seconds: number): Promise<void>;
  /** A tab that no fault has hold of. */
  freeTab(): Tab | undefined;
  serverIsFree(): boolean;
  readonly timeline: readonly string[];
}

/** A fault has a length; this is not a wait for a state. */
export const lasting = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
/** So many tabs are left alone at any time. */
const leastFree = 3;

export function createChaos(deps: ChaosDeps): Chaos {
  const { random, network, server, openTab } = deps;
  const began = performance.now();
  const busy = new Set<object>();
  const timeline: string[] = [];
  const scene: Scene = {
    ...deps,
    tabs: [],
    front: undefined,
    lost: [],
    endedSessions: [],
    async open() {
      const tab = await openTab({ list: true, options: { ackTimeout: 10_000 } });
      scene.front = tab;
      scene.tabs.push(tab);
      say(`${tab.name} is opened`);
    },
    drop(tab) {
      scene.tabs.splice(scene.tabs.indexOf(tab), 1);
      if (scene.front === tab) scene.front = undefined;
    },
    async show(tab) {
      if (!tab) return;
      scene.front = tab;
      await tab.page.bringToFront();
    },
  };
  const faults = chaosFaults(scene);
  const deck = faults.flatMap((fault) => Array<typeof fault>(fault.weight).fill(fault));

  function say(what: string): void {
    timeline.push(`${((performance.now() - began) / 1_000).toFixed(2).padStart(7)} s  ${what}`);
  }
  const free = (): Tab[] => scene.tabs.filter((tab) => !busy.has(tab));

  /** Null where there is nobody or nothing to do it to now. Draws the same number of times in any case. */
  function begin(): Promise<void> | null {
    const fault = random.pick(deck);
    const victim = random.next();
    const ms = random.between(...(fault?.ms ?? [0, 0]));
    if (!fault) return null;
    const candidates = free().filter((tab) => !fault.hidden || tab !== scene.front);
    const tab = candidates[Math.floor(victim * candidates.length)];
    const held = { tab, network, server }[fault.on];
    if (!held || !tab || busy.has(held) || (fault.on === 'tab' && free().length <= leastFree)) return null;
    const what = `${fault.on === 'tab' ? tab.name : fault.on}: ${fault.name}${ms > 0 ? `, ${ms} ms` : ''}`;
    say(what);
    busy.add(held);
    return fault.happen(tab, ms).then(
      () => {
        busy.delete(held);
        say(`  over: ${what}`);
      },
      (error: unknown) => {
        say(`  failed: ${what}: ${String(error)}`);
        throw error;
      },
    );
  }

  return {
    ...scene,
    timeline,
    async unleash(seconds) {
      const running = new Set<Promise<void>>();
      const end = performance.now() + seconds * 1_000;
      while (performance.now() < end) {
        const happening = begin();
        if (happening) {
          running.add(happening);
          void happening.finally(() => running.delete(happening)).catch(() => {});
        }
        await Promise.race([lasting(random.between(100, 1_000)), ...[...running].map(untilFailed)]);
      }
      await Promise.all(running);
    },
    freeTab: () => random.pick(free()),
    serverIsFree: () => !busy.has(server),
  };
}

/** Ends only by a failure. */
const untilFailed = (happening: Promise<void>) => happening.then(() => new Promise<void>(() => {}));
