/** A realm with an app in it: users, rooms, commands, tokens; and what the checks need to know of it. */

import type { Cursors } from '../protocol/cursor.ts';
import { parseCursors, toFields } from '../protocol/parse.ts';
import { AuthError } from '../server/errors.ts';
import type { BrowserOptions, SimBrowser } from './browser.ts';
import { createRealm, type Realm, type SimTab } from './index.ts';
import { createLedger, type Ledger, Violation } from './ledger.ts';
import { createRandom, type Random } from './random.ts';
import { createRecorder, type Recorder } from './recorder.ts';

export interface WorldConfig {
  readonly seed: number;
  readonly browsers: readonly BrowserOptions[];
  readonly users: readonly string[];
  readonly durableLog: boolean;
  readonly ttlMs: number;
  readonly maxEvents: number;
  readonly pageSize: number;
  readonly maxReplay: number;
  /** Milliseconds that a token lasts; 0: for ever. */
  readonly tokenMs: number;
}

export interface Member {
  readonly tab: SimTab;
  readonly recorder: Recorder;
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
  signedOut: Set<string>;
  /** The server's process dies after the next command's handler has run, before its answer. */
  crashAfterRun: boolean;
  lostMessages: Map<SimBrowser, number>;
  /** Runs after each task. */
  afterEach: () => void;
}

/** The weighted corners of what a realm can be; all else comes from the steps. */
export function toConfig(seed: number): WorldConfig {
  const random: Random = createRandom(`config/${seed}`);
  const mode = random.next();
  const browser = (name: string): BrowserOptions => ({
    name,
    engine: random.chance(0.2) ? 'webkit' : 'chromium',
    locks: mode > 0.1,
    channels: mode < 0.95,
    storage: !random.chance(0.1),
  });
  return {
    seed,
    browsers: random.chance(0.15) ? [browser('A'), browser('B')] : [browser('A')],
    users: random.chance(0.15) ? ['ann', 'bob'] : ['ann'],
    durableLog: random.chance(0.6),
    ttlMs: random.chance(0.2) ? 6_000 : 600_000,
    maxEvents: random.chance(0.3) ? 15 : 10_000,
    pageSize: random.chance(0.5) ? 5 : 200,
    maxReplay: random.chance(0.2) ? 20 : 10_000,
    tokenMs: random.chance(0.2) ? 12_000 : 0,
  };
}

export function createWorld(config: WorldConfig, tracing: boolean): World {
  const ledger = createLedger();
  const trace: string[] = [];
  let violation: Violation | null = null;
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
      if (from?.state() === 'running' && quiet && world.realm.now() - lostAt > 20_000) {
        fail(new Violation('P5', `${by.name} steals from ${from.name}, which was never away`));
      }
    },
    onError(where, error) {
      if (error instanceof Error && error.message === 'on purpose') return;
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

  function storedOf(browser: SimBrowser, user: string): Cursors | null {
    const alone = !members.some(
      ({ tab }) => tab.browser === browser && tab.user === user && tab.page.state() !== 'dead',
    );
    if (!alone || !browser.has.storage || browser.disk.mode() !== 'works' || !browser.has.channels) return null;
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
    signedOut: new Set(),
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
        socket: (page) => ({
          ackTimeout: 5_000,
          auth: () => new Promise((resolve) => void page.clock.after(5, () => resolve({ token: tokenOf(user) }))),
        }),
      });
      // P7: whatever this one does, the next one gets everything.
      tab.socket.onEvent('tick', () => {
        throw new Error('on purpose');
      });
      const member: Member = { tab, left: false, recorder: createRecorder({ tab, ledger, stored, fail }) };
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
