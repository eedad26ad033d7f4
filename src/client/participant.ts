/**
 * This page in its group, one per group and page: it joins, goes away and comes back with the page's life,
 * and signs out. The only place that knows all parts of a tab.
 */
import type { Reason } from '../core/connection.ts';
import { isFromLeader, type LeaderBody, parseMessage, type TabBody } from '../core/envelope.ts';
import type { Bus, Cancel, Environment, Lock, OpenLink, PageFact } from '../core/ports.ts';
import { protocolVersion } from '../protocol/limits.ts';
import { askAuth, deriveUser } from './auth.ts';
import { type Candidacy, createCandidacy } from './candidacy.ts';
import { emptyCounters } from './counters.ts';
import { createMemory, type Memory } from './memory.ts';
import type { Settings } from './options.ts';
import { createStates, type States } from './states.ts';
import type { StatusParts } from './status.ts';
import { createTab, type Tab, type TabEvents } from './tab.ts';
import type { CounterName, Degradation } from './types.ts';

/** What the facades are told. */
export type ParticipantEvents = Pick<
  TabEvents,
  'onEvent' | 'onPacket' | 'onRefresh' | 'onBatch' | 'onConnect' | 'onDisconnect' | 'onConnectError' | 'onStatus'
>;

export interface Participant {
  readonly tab: Tab;
  readonly states: States;
  /** Enters the group; where it is in already and had given up, it tries again now. */
  join(): void;
  leave(): void;
  signOut(): Promise<void>;
  parts(): StatusParts;
  /** Is an event of this place above all that the group had handled when this tab took over? */
  isNewToGroup(stream: string, epoch: string, id: number): boolean;
  group(): string;
  client(): string;
  counters: Record<CounterName, number>;
}

interface ParticipantDeps {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly openLink: OpenLink;
  readonly events: ParticipantEvents;
}

const signedOut: Reason = { code: 'signed_out', message: 'Signed out: call connect() after the next sign-in' };

export function createParticipant({ settings, environment, openLink, events }: ParticipantDeps): Participant {
  const { clock, page, store } = environment;
  const id = clock.uniqueId();
  const counters = emptyCounters();
  const count = (name: CounterName, by = 1): void => {
    counters[name] += by;
  };
  /** `out`: not in the group, by choice or for `reason`; `away`: only while the page is frozen or cached. */
  let life: 'out' | 'joining' | 'in' | 'away' = 'out';
  /** Counts changes of `life`, so that an await knows whether its world is still there. */
  let turn = 0;
  let reason: Reason | null = null;
  let hasJoined = false;
  let user = settings.user;
  let group = '';
  let bus: Bus | null = null;
  let memory: Memory | null = null;
  let candidacy: Candidacy | null = null;
  let degraded: readonly Degradation[] = [];
  let stopPage: Cancel | null = null;

  const states = createStates({ clock, cursors: () => tab.inbox.cursors(), toLeader, share });
  const tab: Tab = createTab({
    id,
    settings,
    clock,
    toLeader,
    count,
    events: {
      ...events,
      onEvent(stream, epoch, event) {
        states.onEvent(stream, epoch, event);
        events.onEvent(stream, epoch, event);
      },
      onRefresh(refresh) {
        states.onRefresh(refresh);
        events.onRefresh(refresh);
      },
      onStart: states.onStart,
      onBatch() {
        events.onBatch();
        states.onBatch();
      },
      onLeader: states.onLeader,
      onLoad: states.onLoad,
    },
  });

  function post(body: LeaderBody | TabBody, to?: readonly string[]): boolean {
    if (!bus) return false;
    try {
      bus.post({ v: protocolVersion, term: tab.leader()?.term ?? 0, from: id, ...(to && { to }), ...body });
      return true;
    } catch (error) {
      clock.report(error);
      return false;
    }
  }

  function toLeader(body: TabBody): void {
    if (candidacy?.leading()) candidacy.onTabMessage(id, body);
    else post(body);
  }

  function share(body: TabBody): boolean {
    const posted = bus === null || post(body);
    if (candidacy?.leading()) candidacy.onTabMessage(id, posted ? body : withoutState(body));
    return posted;
  }

  function onMessage(value: unknown): void {
    const message = parseMessage(value);
    if (!message) return count('malformed');
    if (message.from === id || !candidacy) return;
    if (isFromLeader(message)) return candidacy.onLeaderMessage(message);
    if (message.type === 'sign-out') return forget();
    if (message.type === 'loaded') states.onLoaded(message);
    candidacy.onTabMessage(message.from, message);
  }

  function openBus(onValue: (value: unknown) => void): Bus | null {
    try {
      return environment.openBus?.(group, onValue) ?? null;
    } catch (error) {
      settings.logger.warn('no channel between the tabs: this tab connects for itself', error);
      return null;
    }
  }

  async function join(): Promise<void> {
    if (life !== 'out') return;
    reason = null;
    hasJoined = true;
    stopPage ??= page.watch(onPage);
    // Nobody has seen a prerendered page yet: it joins when it is shown.
    if (!page.active()) return enter('away');
    enter('joining');
    const mine = turn;
    events.onStatus();
    if (user === undefined) {
      const result = await askAuth(settings.auth, settings.authTimeoutMs, clock);
      if (mine !== turn) return;
      if (!result.ok) return stayOut(result.reason);
      user = deriveUser(result.auth);
    }
    group = groupOf(user);
    const lock = await openPorts();
    if (mine !== turn) return;
    enter('in');
    candidacy = createCandidacy({
      settings,
      environment,
      openLink,
      tab,
      memory: memory ?? openMemory(),
      group,
      lock,
      post: (body, to) => void post(body, to),
      openLoopback: (onEcho) => openBus((value) => parseMessage(value)?.from === id && onEcho()),
      onSignedOut: forget,
      onStatus: events.onStatus,
      count,
    });
    if (bus) tab.hello();
    candidacy.start();
  }

  const groupOf = (whose: string): string => `onesocket:${protocolVersion}:${settings.endpoint}:${whose}`;

  /** Channel, lock, storage: what the platform has of them. `null`: no lock, and so a connection of one's own. */
  async function openPorts(): Promise<Lock | null> {
    memory ??= openMemory();
    memory.adoptMark();
    bus = openBus(onMessage);
    let lock = environment.lock;
    degraded = [
      ...(lock ? [] : ['no-locks' as const]),
      ...(bus ? [] : ['no-channel' as const]),
      ...(memory.broken() ? ['no-storage' as const] : []),
    ];
    if (!bus) return null;
    lock ??= await environment.loadFallbackLock().catch((error: unknown) => {
      settings.logger.warn('the fallback election could not be loaded: this tab connects for itself', error);
      return null;
    });
    // Without an election the channel would only carry what nobody may trust.
    if (!lock) closeBus();
    return lock;
  }

  function openMemory(): Memory {
    return createMemory({
      store,
      clock,
      group,
      snapshot: () => candidacy?.saved() ?? null,
      onHigherTerm: (term) => candidacy?.onHigherTerm(term),
      onBroken() {
        settings.logger.warn('storage failed: cursors are kept in memory only');
        degraded = [...degraded, 'no-storage'];
        events.onStatus();
      },
    });
  }

  function enter(next: typeof life): void {
    life = next;
    turn += 1;
  }

  function stayOut(why: Reason): void {
    enter('out');
    reason = why;
    settings.logger.info(`not connected: ${why.message}`);
    events.onStatus();
  }

  /** Leaves at once and synchronously: after `pagehide` or `freeze` nothing else may run. */
  function goOut(next: 'out' | 'away'): void {
    if (life === 'out') return;
    enter(next);
    candidacy?.leave();
    post({ type: 'bye' });
    candidacy = null;
    closeBus();
    tab.rest();
    events.onStatus();
  }

  function closeBus(): void {
    bus?.close();
    bus = null;
  }

  function onPage(fact: PageFact): void {
    if (fact === 'left') goOut('away');
    else if (fact === 'back') void comeBack();
    else if (fact === 'visible' || fact === 'online') {
      if (fact === 'visible') candidacy?.onVisible(true);
      candidacy?.revive(false);
      if (life === 'out' && reason) void join();
    } else if (fact === 'hidden') candidacy?.onVisible(false);
  }

  async function comeBack(): Promise<void> {
    if (life !== 'away') return;
    enter('out');
    if (memory && !memory.marked()) return forget();
    if (memory?.broken()) {
      // No mark to compare: ask whether anybody is signed in before anything else.
      const mine = turn;
      const result = await askAuth(settings.auth, settings.authTimeoutMs, clock);
      if (mine !== turn) return;
      if (!result.ok) return stayOut(result.reason);
      if (settings.user === undefined && deriveUser(result.auth) !== user) forget();
    }
    void join();
  }

  /** Signed out, here or in another tab: nothing of this user stays. */
  function forget(): void {
    goOut('out');
    memory?.stop();
    memory = null;
    tab.forget(signedOut.code);
    states.reset();
    user = settings.user;
    stayOut(signedOut);
  }

  return {
    tab,
    states,
    counters,
    join() {
      if (life === 'in') candidacy?.revive(true);
      else void join();
    },
    leave() {
      if (life === 'out' && !stopPage) return;
      goOut('out');
      reason = null;
      stopPage?.();
      stopPage = null;
      tab.commands.abandon('closed');
      events.onStatus();
    },
    async signOut() {
      if (user !== undefined) group = groupOf(user);
      const wiped = memory ?? (group ? openMemory() : null);
      const channel = bus;
      bus = null;
      // The mark first: from now on no tab writes for this user. Then wipe, then tell.
      wiped?.changeMark();
      candidacy?.leave();
      forget();
      await wiped?.wipe();
      channel?.post({ v: protocolVersion, term: 0, from: id, type: 'sign-out' });
      channel?.close();
    },
    parts() {
      return {
        life,
        reason: candidacy?.reason() ?? reason,
        hasJoined,
        solo: life === 'in' && bus === null,
        leading: candidacy?.leading() ?? false,
        standing: candidacy?.standing() ?? false,
        leader: tab.leader(),
        link: tab.link(),
        tabs: candidacy?.tabs() ?? [],
        degraded,
        companion: settings.companion,
      };
    },
    isNewToGroup(stream, epoch, eventId) {
      if (!candidacy?.leading()) return false;
      const floor = candidacy.floors()[stream];
      return floor?.epoch !== epoch || eventId > floor.id;
    },
    group: () => group,
    client: () => candidacy?.client() ?? '',
  };
}

function withoutState(body: TabBody): TabBody {
  return body.type === 'loaded' ? { type: 'loaded', name: body.name, version: body.version } : body;
}
