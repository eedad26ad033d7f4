/** A realm with an app in it: users, rooms, commands, tokens; and what the checks need to know of it. */

import type { Cursors } from '../protocol/cursor.ts';
import { parseCursors, toFields } from '../protocol/parse.ts';
import { AuthError } from '../server/errors.ts';
import type { SimBrowser } from './browser.ts';
import type { WorldConfig } from './config.ts';
import { createRealm, type Realm, type SimTab } from './index.ts';
import { createLedger, type Ledger, Violation } from './ledger.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createReplica, type Replica } from './replica.ts';

export interface Member {
  readonly tab: SimTab;
  readonly recorder: Recorder;
  readonly replica: Replica;
  /** The app left the group, by `disconnect()`. */
  left: boolean;
}

export interface World {
  readonly config: WorldConfig;
  readonly realm: Realm;
  readonly ledger: Ledger;
  readonly browsers: readonly SimBrowser[];
  readonly members: Member[];
  readonly rooms: Map<string, Set<string>>;
  readonly faults: Map<string, number>;
  readonly trace: string[];
  violation(): Violation | null;
  fail(violation: Violation): void;
  open(browser: SimBrowser, user: string, visible: boolean): Member;
  emit(target: { readonly user: string } | { readonly room: string } | 'all'): Promise<void>;
  command(member: Member, delayMs: number, timeoutMs: number): void;
  /** When a group was signed out, until one of its tabs is back. */
  readonly signedOut: Map<string, { readonly at: number; readonly by: SimTab }>;
  /** What the app's `auth` does in a browser. */
  readonly auth: Map<SimBrowser, 'works' | 'null' | 'throws' | 'hangs'>;
  /** The server's process dies after the next command's handler has run, before its answer. */
  crashAfterRun: boolean;
  lostMessages: Map<SimBrowser, number>;
  /** Runs after each task. */
  afterEach: () => void;
}

export function createWorld(config: WorldConfig, tracing: boolean): World {
  const ledger = createLedger();
  const trace: string[] = [];
  let violation: Violation | null = null;
  let lastStealAt = Number.NEGATIVE_INFINITY;
  const fail = (found: Violation): void => {
    if (!violation) trace.push(`${' '.repeat(9)}  !!! ${found.message}`);
    violation ??= found;
  };
  const rooms = new Map<string, Set<string>>(config.users.map((user) => [user, new Set<string>()]));
  const members: Member[] = [];

  const realm = createRealm({
    seed: config.seed,
    server: {
      durableLog: config.durableLog,
      logOptions: { ttlMs: config.ttlMs, maxEvents: config.maxEvents },
      pageSize: config.pageSize,
      maxReplay: config.maxReplay,
      authenticate(token = '', { now }) {
        const { sub, exp } = JSON.parse(atob(token.split('.')[1] ?? '')) as { sub: string; exp?: number };
        if (exp !== undefined && exp <= now) throw new AuthError('token_expired', 'too old');
        return { userId: sub, ...(exp !== undefined && { expiresAt: exp }) };
      },
      serve(realtime, clock) {
        for (const [user, names] of rooms) for (const room of names) void realtime.joinRoom(user, room);
        realtime.onCommand('add', async (data) => {
          const { key, delayMs } = data as { readonly key: number; readonly delayMs: number };
          ledger.ran(key);
          if (delayMs > 0) await new Promise<void>((resolve) => void clock.after(delayMs, resolve));
          if (world.crashAfterRun) {
            world.crashAfterRun = false;
            realm.server.stop();
            await new Promise(() => {});
          }
          return key * 2;
        });
      },
    },
    onAppend: ledger.appended,
    afterEach: () => world.afterEach(),
    onSteal(by, from) {
      const quiet =
        world.realm.now() - (from?.lastDisturbed() ?? 0) > 8_000 && world.realm.now() - by.lastDisturbed() > 8_000;
      const member = members.find(({ tab }) => tab.page === by);
      const lostAt = member ? (world.lostMessages.get(member.tab.browser) ?? Number.NEGATIVE_INFINITY) : 0;
      const again = world.realm.now() - lastStealAt < 1_000;
      lastStealAt = world.realm.now();
      if (from?.state() === 'running' && !again && quiet && world.realm.now() - lostAt > 20_000) {
        fail(new Violation('P5', `${by.name} steals from ${from.name}, which was never away`));
      }
    },
    onError(where, error) {
      if (error instanceof Error && /^on purpose|^load of/.test(error.message)) return;
      fail(
        new Violation(
          'P7',
          `uncaught in ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        ),
      );
    },
    ...(tracing && { onTrace: (line: string) => void trace.push(line) }),
  });
  const browsers = config.browsers.map((options) => realm.openBrowser(options));

  function tokenOf(user: string): string {
    const exp = config.tokenMs > 0 ? { exp: realm.server.wall() + config.tokenMs } : {};
    return `x.${btoa(JSON.stringify({ sub: user, ...exp }))}.y`;
  }

  async function authFor(browser: SimBrowser, user: string, page: SimTab['page']): Promise<{ token: string } | null> {
    await new Promise<void>((resolve) => void page.clock.after(5, resolve));
    const mode = world.auth.get(browser);
    if (mode === 'hangs') await new Promise(() => {});
    if (mode === 'throws') throw new Error('on purpose');
    return mode === 'null' ? null : { token: tokenOf(user) };
  }

  function storedOf(browser: SimBrowser, user: string): Cursors | null {
    const isAlone = !members.some(
      ({ tab }) => tab.browser === browser && tab.user === user && tab.page.state() !== 'dead',
    );
    if (!isAlone || !browser.has.storage || browser.disk.mode() !== 'works' || !browser.has.channels) return null;
    let found: Cursors | null = null;
    let term = -1;
    for (const [key, value] of browser.disk.contents()) {
      if (!key.endsWith(`:${user}:saved`)) continue;
      const saved = toFields(typeof value === 'string' ? JSON.parse(value) : value);
      if (typeof saved?.term !== 'number' || saved.term < term) continue;
      term = saved.term;
      found = parseCursors(saved.cursors);
    }
    return found;
  }

  const world: World = {
    config,
    realm,
    ledger,
    browsers,
    members,
    rooms,
    trace,
    faults: new Map(),
    signedOut: new Map(),
    auth: new Map(),
    lostMessages: new Map(),
    crashAfterRun: false,
    afterEach: () => {},
    violation: () => violation,
    fail,
    open(browser, user, visible) {
      const stored = storedOf(browser, user);
      const tab = realm.openTab({
        browser,
        user,
        visible,
        derived: config.derived,
        socket: (page) => ({
          ackTimeout: 5_000,
          auth: () => authFor(browser, user, page),
        }),
      });
      // P7: whatever this one does, the next one gets everything.
      tab.socket.onEvent('tick', () => {
        throw new Error('on purpose');
      });
      const before = members.length;
      const alone = (): boolean =>
        !members.some(({ tab: other }, index) => index > before && other.browser === browser && other.user === user);
      const recorder = createRecorder({ tab, ledger, stored, alone, fail });
      const member: Member = { tab, left: false, recorder, replica: createReplica(tab, realm, ledger) };
      members.push(member);
      return member;
    },
    async emit(target) {
      const number = ledger.nextNumber();
      const realtime = realm.server.realtime();
      if (realtime) await realtime.to(target as 'all').emit('tick', { number });
    },
    command(member, delayMs, timeoutMs) {
      const issued = ledger.issue(member.tab.name, realm.now(), timeoutMs);
      const settled = (outcome: string, code?: string): void => {
        if (issued.outcome) fail(new Violation('P3', `command ${issued.key} had two outcomes`));
        issued.outcome = outcome;
        if (code) issued.code = code;
        issued.settledAt = realm.now();
      };
      const sent = member.tab.socket.timeout(timeoutMs).emitWithAck('add', { key: issued.key, delayMs });
      sent.then(
        (result) => {
          if (result !== issued.key * 2) fail(new Violation('P3', `command ${issued.key} got ${String(result)}`));
          settled('result');
        },
        (error: { readonly outcome?: string; readonly code?: string }) =>
          settled(error.outcome ?? `error ${String(error)}`, error.code),
      );
    },
  };
  return world;
}
