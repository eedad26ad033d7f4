/** A realm with an app in it, and what the checks need to know of it. */
import type { Cursor, Cursors } from '../protocol/cursor.ts';
import { parseCursors, toFields } from '../protocol/parse.ts';
import { createApp, holdsToken, toToken } from './app.ts';
import type { SimBrowser } from './browser.ts';
import type { Build } from './build.ts';
import { watchConnects } from './check-connects.ts';
import type { WorldConfig } from './config.ts';
import { createJudge, type Judge } from './judge.ts';
import { type CommandName, createLedger, type Ledger } from './ledger.ts';
import { groupOf, isStoredBy, type Member } from './member.ts';
import { createRealm, type Realm, type SimTab } from './realm.ts';
import { type Beginning, createPlainRecorder, createRecorder } from './recorder.ts';
import { createReplica } from './replica.ts';
import { createResume, type Resume } from './resume.ts';

export interface World {
  readonly config: WorldConfig;
  readonly realm: Realm;
  readonly ledger: Ledger;
  readonly judge: Judge;
  readonly resume: Resume;
  readonly browsers: readonly SimBrowser[];
  readonly members: Member[];
  readonly rooms: Map<string, Set<string>>;
  readonly trace: string[];
  open(browser: SimBrowser, user: string, how?: Opening): Member;
  emit(
    target: { readonly user: string } | { readonly room: string } | { readonly channel: string } | 'all',
  ): Promise<void>;
  command(member: Member, name: CommandName, delayMs: number, timeoutMs: number): void;
  /** When a group was signed out, until one of its tabs is back. */
  readonly signedOut: Map<string, { readonly at: number; readonly by: SimTab }>;
  /** Groups that another browser took over from, until the app connects again. */
  readonly replaced: Set<string>;
  /** When the app last connected, or a page was opened, in a group. */
  readonly actedAt: Map<string, number>;
  acts(group: string): void;
  /** What the app's `auth` does in a browser, and since when. */
  readonly auth: Map<SimBrowser, { readonly mode: 'works' | 'null' | 'throws' | 'hangs'; readonly at: number }>;
  /** The server's process dies after the next command's handler has run, before its answer. */
  crashAfterRun: boolean;
  /** When somebody last made tabs steal the lock. */
  forcedAt: number;
  /** Runs after each task. */
  afterEach: () => void;
  /** A leader was told that another browser took over. */
  onReplaced: (member: Member) => void;
}

interface Opening {
  readonly visible?: boolean;
  readonly prerendered?: boolean;
  readonly build?: Build;
}

const never = Number.NEGATIVE_INFINITY;

export function createWorld(config: WorldConfig, tracing: boolean): World {
  const ledger = createLedger();
  const trace: string[] = [];
  const judge = createJudge(({ message }) => trace.push(`${' '.repeat(9)}  !!! ${message}`));
  const rooms = new Map<string, Set<string>>(config.users.map((user) => [user, new Set<string>()]));
  const members: Member[] = [];
  let lastStealAt = never;

  function dies(): boolean {
    if (!world.crashAfterRun) return false;
    world.crashAfterRun = false;
    realm.server.stop();
    return true;
  }

  const realm = createRealm({
    seed: config.seed,
    server: createApp({ config, ledger, rooms, dies }),
    onAppend: ledger.appended,
    afterEach: () => world.afterEach(),
    onSteal(by, from) {
      const now = realm.now();
      const again = now - lastStealAt < 1_000;
      lastStealAt = now;
      // A grant that the page does not know of yet may be its own.
      if (from?.state() !== 'running' || from === by || again || now - world.forcedAt < 1_000) return;
      const stoppedAt = Math.max(from.lastStopped(), by.lastStopped());
      const browser = members.find(({ tab }) => tab.page === by)?.tab.browser;
      const led = members.find(({ tab }) => tab.page === from);
      const isUp = led?.tab.socket.status.connection === 'connected' && now - led.connectedAt > 1_000;
      // A hidden leader without a connection hands over; one that has it stays. So does one that came to just now,
      // and has not heard yet that it leads no more.
      const revenant = members.some(({ tab, group }) => group === led?.group && now - tab.page.lastStopped() <= 1_000);
      const offers = (now - from.lastDisturbed() <= 1_000 || revenant) && !isUp;
      const lostAt = browser?.bus.lostAt() ?? never;
      const excused = now - stoppedAt <= 1_000 || offers || now - lostAt <= 20_000;
      judge.check('P5', excused, () => `${by.name} steals from ${from.name}, which was never away`);
    },
    onPost(message) {
      judge.check('P6', !holdsToken(message), () => `a token goes over the channel: ${JSON.stringify(message)}`);
    },
    onError(where, error) {
      if (error instanceof Error && /^on purpose|^load of/.test(error.message)) return;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      judge.fail('P7', `uncaught in ${where}: ${text}`);
    },
    ...(tracing && { onTrace: (line: string) => void trace.push(line) }),
  });
  const browsers = config.browsers.map((options) => realm.openBrowser(options));
  const resume = createResume(realm.now, members);

  /** Pages whose `auth` gave null last. */
  const nobody = new Set<SimTab['page']>();

  async function authFor(browser: SimBrowser, user: string, page: SimTab['page']): Promise<{ token: string } | null> {
    await new Promise<void>((resolve) => void page.clock.after(5, resolve));
    const mode = world.auth.get(browser)?.mode;
    if (mode === 'hangs') await new Promise(() => {});
    if (mode === 'throws') throw new Error('on purpose');
    if (mode === 'null') {
      nobody.add(page);
      return null;
    }
    // Somebody signed in: as good as a new page.
    const member = nobody.delete(page) && members.find(({ tab }) => tab.page === page);
    if (member) world.acts(member.group);
    return { token: toToken(user, config.tokenMs > 0 ? realm.server.wall() + config.tokenMs : undefined) };
  }

  /** Where a tab that is opened now has to begin; `null`: there is somebody to ask, or nothing to know. */
  function beginningOf(browser: SimBrowser, user: string, build: Build): Beginning | null {
    const group = groupOf({ browser, user, build });
    const isAlone = !members.some(({ tab, group: other }) => other === group && tab.page.state() !== 'dead');
    if (!isAlone || !browser.has.storage || browser.disk.mode() !== 'works' || !browser.has.channels) return null;
    let stored: readonly Cursors[] = [];
    let tab: unknown;
    let term = -1;
    const ours = browser.disk.contents().filter(([key]) => isStoredBy({ user, build }, key));
    const mark = ours.find(([key]) => key.endsWith(':mark'))?.[1];
    for (const [key, value] of ours) {
      if (!key.endsWith(':saved')) continue;
      const saved = toFields(typeof value === 'string' ? parseJson(value) : value);
      // What a sign-out could not wipe is of another life.
      if (typeof saved?.term !== 'number' || saved.term < term || saved.mark !== mark) continue;
      // Of one leader the page's last moment counts: it may have left a room since.
      const isRival = saved.term === term && saved.tab !== tab;
      stored = [...(isRival ? stored : []), parseCursors(saved.cursors) ?? {}];
      ({ term, tab } = saved);
    }
    const before = members.length;
    const handled: ReadonlyMap<string, Cursor> = resume.handled(group, browser.disk.troubledAt());
    const at = realm.now();
    return {
      stored,
      handled,
      holds: () =>
        browser.disk.troubledAt() < at && !members.some((other, index) => index > before && other.group === group),
    };
  }

  const world: World = {
    config,
    realm,
    ledger,
    judge,
    resume,
    browsers,
    members,
    rooms,
    trace,
    signedOut: new Map(),
    replaced: new Set(),
    actedAt: new Map(),
    acts(group) {
      world.signedOut.delete(group);
      world.replaced.delete(group);
      world.actedAt.set(group, realm.now());
    },
    auth: new Map(),
    forcedAt: never,
    crashAfterRun: false,
    afterEach: () => {},
    onReplaced: () => {},
    open(browser, user, { visible = true, prerendered = false, build = 'same' } = {}) {
      const beginning = config.plain ? null : beginningOf(browser, user, build);
      const tab = realm.openTab({
        ...{ browser, user, visible, prerendered, build },
        derived: config.derived,
        socket: (page) => ({
          companion: !config.plain,
          ackTimeout: 5_000,
          auth: () => authFor(browser, user, page),
        }),
      });
      // Whatever this one does, the next one gets everything (P7).
      tab.socket.on('tick', () => {
        throw new Error('on purpose');
      });
      const oneTab: number[] = [];
      tab.socket.onOneTab('tick', ({ number }: { readonly number: number }) => oneTab.push(number));
      const recorder = config.plain
        ? createPlainRecorder(tab)
        : createRecorder({ tab, now: realm.now, ledger, beginning, judge });
      const replica = config.plain ? null : createReplica(tab, realm, ledger);
      const member: Member = {
        tab,
        group: groupOf(tab),
        left: false,
        recorder,
        channels: [],
        replica,
        highestTerm: 0,
        ledAt: 0,
        connectedAt: 0,
        oneTab,
      };
      watchConnects(tab, judge);
      let led = false;
      let wasUp = false;
      tab.socket.onStatus(({ role, term, reason, connection }) => {
        const isUp = connection === 'connected';
        if (isUp && !wasUp) member.connectedAt = realm.now();
        wasUp = isUp;
        if (role === 'leader' && term !== member.highestTerm) member.ledAt = realm.now();
        if (role === 'leader') member.highestTerm = term;
        if (led && reason?.code === 'session_replaced') world.onReplaced(member);
        // It is nobody's follower until it stands no more.
        led = role === 'leader' || role === 'solo' || (led && role === 'electing');
      });
      members.push(member);
      return member;
    },
    async emit(target) {
      const number = ledger.nextNumber();
      const realtime = realm.server.realtime();
      if (realtime) await realtime.to(target as 'all').emit('tick', { number, kind: number % 3 });
    },
    command(member, name, delayMs, timeoutMs) {
      const issued = ledger.issue(name, member.tab.name, realm.now(), timeoutMs);
      const settled = (outcome: string, code?: string): void => {
        judge.check('P3', issued.outcome === null, () => `command ${issued.key} had two outcomes`);
        issued.outcome = outcome;
        if (code) issued.code = code;
      };
      const sent = member.tab.socket.timeout(timeoutMs).emitWithAck(name, { key: issued.key, delayMs });
      sent.then(
        (result) => {
          judge.check('P3', result === issued.key * 2, () => `command ${issued.key} got ${String(result)}`);
          settled('result');
        },
        (error: { readonly outcome?: string; readonly code?: string }) =>
          settled(error.outcome ?? `error ${String(error)}`, error.code),
      );
    },
  };
  return world;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
