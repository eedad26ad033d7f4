/**
 * Schedules of pages that use one namespace of a server, the other, or both: whoever leads leads all, over one
 * connection. A world of its own, smaller than the other one: what does not concern several namespaces is proved there.
 */
import type { OneSocket } from '../client/types.ts';
import { AuthError } from '../server/errors.ts';
import { toToken } from './app.ts';
import type { SimBrowser } from './browser.ts';
import type { WorldConfig } from './config.ts';
import { createJudge, type Judge } from './judge.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createRandom } from './random.ts';
import { createRealm, type Realm, type SimTab } from './realm.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import type { SimServer } from './server.ts';

/** What one page does in one namespace. */
export interface Use {
  readonly page: SimTab;
  readonly space: Space;
  readonly socket: OneSocket;
  readonly recorder: Recorder;
  /** By `disconnect()`. */
  left: boolean;
  /** What the app's `auth` does here. */
  auth: (typeof auths)[number];
}

/** One namespace. */
export interface Space {
  readonly name: string;
  readonly ledger: Ledger;
  server(): SimServer | null;
  /** Its `authenticate` says no, with this code. */
  refuses: (typeof refusals)[number] | null;
}

export interface NamespacesWorld {
  readonly realm: Realm;
  readonly browser: SimBrowser;
  readonly judge: Judge;
  readonly trace: string[];
  readonly spaces: readonly [Space, Space];
  readonly pages: SimTab[];
  readonly uses: Use[];
  open(visible: boolean, spaces: readonly Space[]): void;
  afterEach: () => void;
}

const user = 'ann';
export const auths = ['works', 'null', 'throws'] as const;
/** One that the page tries again, one of this page, two of all, of which one halts the group. */
export const refusals = ['unauthorized', 'wrong_user', 'forbidden_origin', 'session_replaced'] as const;

export function toNamespacesConfig(seed: number): Pick<WorldConfig, 'seed' | 'browsers' | 'derived'> {
  const random = createRandom(`namespaces/${seed}`);
  const engine = random.chance(0.2) ? 'webkit' : 'chromium';
  return {
    seed,
    browsers: [{ name: 'A', engine, locks: !random.chance(0.1), storage: !random.chance(0.1) }],
    derived: random.chance(0.3),
  };
}

export function createNamespacesWorld(seed: number, tracing: boolean): NamespacesWorld {
  const config = toNamespacesConfig(seed);
  const trace: string[] = [];
  const judge = createJudge(({ message }) => trace.push(`${' '.repeat(9)}  !!! ${message}`));

  const createSpace = (name: string, server: () => SimServer | null): Space => ({
    name,
    ledger: createLedger(),
    server,
    refuses: null,
  });
  const main = createSpace('/', () => realm.server);
  const beside = createSpace('/beside', () => realm.beside);
  const serve = (space: Space) => ({
    authenticate() {
      if (space.refuses) throw new AuthError(space.refuses, 'on purpose');
      return { userId: user };
    },
  });
  const realm: Realm = createRealm({
    seed,
    server: serve(main),
    beside: serve(beside),
    onAppend(appended) {
      const { space } = appended.payload as { readonly space: string };
      (space === main.name ? main : beside).ledger.appended(appended);
    },
    afterEach: () => world.afterEach(),
    onError(where, error) {
      if (error instanceof Error && error.message === 'on purpose') return;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      judge.fail('P7', `uncaught in ${where}: ${text}`);
    },
    ...(tracing && { onTrace: (line: string) => void trace.push(line) }),
  });
  const browser = realm.openBrowser(config.browsers[0]);

  function sign(mode: Use['auth'] = 'works'): { token: string } | null {
    if (mode === 'throws') throw new Error('on purpose');
    return mode === 'null' ? null : { token: toToken(user, undefined) };
  }

  const world: NamespacesWorld = {
    realm,
    browser,
    judge,
    trace,
    spaces: [main, beside],
    pages: [],
    uses: [],
    afterEach: () => {},
    open(visible, spaces) {
      const auth = (): { token: string } | null => {
        const mode = world.uses.find((use) => use.page === page && use.space === main)?.auth;
        return sign(mode);
      };
      const page: SimTab = realm.openTab({
        ...{ browser, user, visible, derived: config.derived },
        socket: { autoConnect: false, auth },
      });
      world.pages.push(page);
      for (const space of world.spaces) {
        const own = (): { token: string } | null => sign(use.auth);
        const socket = space === main ? page.socket : page.openBeside({ auth: own });
        const named = { ...page, name: `${page.name}${space.name}`, socket };
        const recorder = createRecorder({ tab: named, now: realm.now, ledger: space.ledger, beginning: null, judge });
        const use: Use = { page, space, socket, recorder, left: !spaces.includes(space), auth: 'works' };
        world.uses.push(use);
        if (!use.left) socket.connect();
      }
    },
  };
  return world;
}
