/**
 * This page in its group, one per group and page: it joins, goes away and comes back with the page's life,
 * and signs out. The only place that knows all parts of a tab.
 */
import type { Reason } from '../../core/connection.ts';
import { isFromLeader, type Message, type TabBody } from '../../core/envelope.ts';
import type { Cancel, PageFact } from '../../core/ports.ts';
import { retryOf } from '../../protocol/codes.ts';
import { emptyCounters } from '../counters.ts';
import { isGroupWide, signedOut } from '../reasons.ts';
import { createCheck } from '../schemas.ts';
import { createStates } from '../state/states.ts';
import { createChannels } from '../tab/channels.ts';
import { createTab, type Tab } from '../tab/tab.ts';
import type { CounterName, Degradation } from '../types.ts';
import { createCandidacy } from './candidacy.ts';
import type { Candidacy } from './candidacy-types.ts';
import { type GroupBus, type GroupPorts, openGroupPorts } from './group-ports.ts';
import type { Lane, Stay } from './household.ts';
import { createIdentity } from './identity.ts';
import { createMemory, type Memory } from './memory.ts';
import type { Participant, ParticipantDeps } from './participant-types.ts';
import { createRetry } from './retry.ts';
import { toTabEvents } from './routes.ts';

export function createParticipant(deps: ParticipantDeps): Participant {
  const { settings, environment, openLink, events, borrowed } = deps;
  const { clock, page, store } = environment;
  const id = clock.uniqueId();
  const identity = createIdentity(settings, clock, borrowed?.user ?? settings.user);
  const counters = emptyCounters();
  const count = (name: CounterName, by = 1): void => {
    counters[name] += by;
  };
  /** `out`: not in the group, by choice or for `reason`; `away`: only while the page is frozen or cached. */
  let life: 'out' | 'joining' | 'in' | 'away' = 'out';
  /** Counts changes of `life`, so that an await knows whether its world is still there. */
  let turn = 0;
  const enter = (next: typeof life): void => {
    life = next;
    turn += 1;
    retry.stop();
  };
  const retry = createRetry(clock, settings.connection, () => void comeBack());
  let reason: Reason | null = null;
  let hasJoined = false;
  let stay: Stay | null = null;
  let bus: GroupBus | null = null;
  let memory: Memory | null = null;
  let candidacy: Candidacy | null = null;
  let degraded: readonly Degradation[] = [];
  let stopPage: Cancel | null = null;

  const states = createStates({ clock, logger: settings.logger, cursors: () => tab.inbox.cursors(), toLeader, share });
  const channels = createChannels(clock, (streams) => tab.want(streams));
  const check = createCheck({ schemas: settings.schemas, clock, count });
  const heard = toTabEvents({ events, states, channels, check });
  const tab: Tab = createTab({ id, settings, clock, toLeader, count, events: heard });

  /** To whoever leads, which may be this tab. False: it can't be cloned, and was not posted. */
  function toLeader(body: TabBody): boolean {
    if (!candidacy?.leading()) return bus?.post(body) ?? true;
    candidacy.onTabMessage(id, body);
    return true;
  }

  /** To all tabs, and to whoever leads. */
  function share(body: TabBody): boolean {
    const posted = bus?.post(body) ?? true;
    if (posted && candidacy?.leading()) candidacy.onTabMessage(id, body);
    return posted;
  }

  function onMessage(message: Message): void {
    if (!candidacy) return;
    if (isFromLeader(message)) return candidacy.onLeaderMessage(message);
    if (message.type === 'sign-out') return forget();
    if (message.type === 'loaded') states.onLoaded(message);
    candidacy.onTabMessage(message.from, message, message.term);
  }

  async function join(knowsUser = false): Promise<void> {
    if (life !== 'out') return;
    // Signed out while this tab was not in the group: it comes as a newcomer.
    if (memory && !memory.marked()) forget();
    reason = null;
    hasJoined = true;
    stopPage ??= page.watch(onPage);
    // Nobody has seen a prerendered page yet: it joins when it is shown.
    if (!page.active()) return enter('away');
    enter('joining');
    const mine = turn;
    events.onStatus();
    if (!identity.known() || (identity.derived && !knowsUser)) {
      const whose = await identity.ask();
      if (mine !== turn) return;
      if (typeof whose !== 'string') return stayOut(whose);
      if (identity.known() && whose !== identity.user()) forget(); // it comes as a newcomer
      identity.settle(whose);
      if (mine !== turn) return join(true);
    }
    memory ??= openMemory();
    memory.adoptMark();
    states.open(memory.shelf);
    const ports = await open();
    if (mine !== turn) return ports.bus?.close();
    bus = ports.bus;
    degraded = [...ports.degraded, ...(memory.broken() ? ['no-storage' as const] : [])];
    enter('in');
    retry.succeeded();
    const here = turn;
    stay = deps.enterHousehold(identity.household(), lane, identity.user());
    if (here !== turn) return stay.leave(false);
    candidacy = createCandidacy({
      ...{ settings, environment, openLink, tab, memory },
      household: { ...stay, name: identity.household() },
      lock: ports.lock,
      bus: () => bus,
      onSignedOut: forget,
      onStatus() {
        events.onStatus();
        stay?.changed();
      },
      count,
    });
    if (bus) tab.hello();
    candidacy.start();
  }

  const open = (): Promise<GroupPorts> =>
    openGroupPorts({
      environment,
      logger: settings.logger,
      name: identity.group(),
      tab: id,
      term: tab.term,
      onMessage,
      onMalformed: () => count('malformed'),
    });

  function openMemory(): Memory {
    const opened = createMemory({
      store,
      clock,
      group: identity.group(),
      household: identity.household(),
      snapshot: () => candidacy?.saved() ?? null,
      onHigherTerm: (term) => candidacy?.onHigherTerm(term),
      onSignedOut: forget,
      onBroken() {
        settings.logger.warn('IndexedDB failed: cursors are kept without it');
        degraded = [...degraded, 'no-storage'];
        events.onStatus();
      },
    });
    // A new page, or a new sign-in. Who leads for other pages takes nothing back.
    if (!borrowed) opened.resume();
    return opened;
  }

  function stayOut(why: Reason): void {
    enter('out');
    reason = why;
    settings.logger.info(`not connected: ${why.message}`);
    if (retryOf(why.code) !== 'never') retry.failed();
    events.onStatus();
  }

  /** Leaves at once and synchronously: after `pagehide` or `freeze` nothing else may run. */
  function goOut(next: 'out' | 'away', isSignedOut = false): void {
    if (life === 'out') return;
    enter(next);
    candidacy?.leave();
    bus?.post({ type: 'bye' });
    candidacy = null;
    bus?.close();
    bus = null;
    tab.rest();
    events.onStatus();
    const left = stay;
    stay = null;
    left?.leave(isSignedOut);
    borrowed?.close(); // whoever leads next is asked for it again
  }

  function onPage(fact: PageFact): void {
    if (fact === 'left') goOut('away');
    else if (fact === 'back' && life === 'away') void comeBack();
    else if (fact === 'back' && memory && !memory.marked()) forget();
    else if (fact === 'visible' || fact === 'online') {
      if (fact === 'visible') candidacy?.onVisible();
      candidacy?.revive(false);
      // After a sign-out only the app may say that somebody is there again.
      if (life === 'out' && reason && reason !== signedOut) void comeBack();
    } else if (fact === 'hidden') candidacy?.onVisible();
  }

  async function comeBack(): Promise<void> {
    enter('out');
    const mine = turn;
    // Signed out meanwhile, or while `auth` takes its time: outside the group only the mark tells.
    memory?.watch();
    if (mine !== turn) return;
    if (identity.known() && (memory?.broken() || identity.derived)) {
      // No mark to compare, or a user that only `auth` tells: ask who is signed in before anything else.
      const whose = await identity.ask();
      if (mine !== turn) return;
      if (typeof whose !== 'string') return stayOut(whose);
      if (memory && !memory.marked()) return forget();
      if (identity.derived && whose !== identity.user()) forget();
    }
    await join(true);
  }

  /** Signed out, here or in another tab: nothing of this user stays. */
  function forget(): void {
    memory?.end();
    candidacy?.leave(); // what waits is still of the life before
    reason = signedOut;
    goOut('out', true);
    const comesAgain = life !== 'out'; // connect() by a handler of this news: whoever comes next
    memory = null;
    tab.forget(signedOut.code);
    states.reset();
    channels.reset();
    identity.forget();
    stayOut(signedOut);
    // Unless disconnect() by a handler came last.
    if (comesAgain && reason) void join();
  }

  const lane: Lane = {
    ...{ namespace: settings.namespace, borrowed: borrowed !== undefined, close: () => borrowed?.close() },
    leading: () => candidacy?.leading() ?? false,
    following: () => tab.leader() !== null && !lane.leading(),
    wants: () => !isGroupWide(candidacy?.reason() ?? null),
    company: () => candidacy?.tabs().length ?? 0,
    marked: () => memory?.marked() ?? false,
    onSignedOut: forget,
    ...{ onNewcomer: () => candidacy?.revive(true), onMalformed: () => count('malformed') },
  };

  return {
    tab,
    states,
    channels,
    counters,
    join() {
      memory?.resume();
      if (life !== 'in') return void join();
      candidacy?.revive(true);
      stay?.comes();
      clock.soon(() => candidacy?.revive(true)); // called by a handler of the news that it gives up, it was too early
    },
    leave() {
      goOut('out');
      enter('out'); // also where it was out, and about to come back
      memory?.stop();
      reason = null;
      stopPage?.();
      stopPage = null;
      events.onStatus();
    },
    async signOut() {
      const wiped = memory ?? (identity.known() ? openMemory() : null);
      // The mark first: from now on no tab writes for this user. Told before the app hears of it here:
      // it may navigate at once.
      wiped?.changeMark();
      candidacy?.leave();
      const wiping = wiped?.wipe();
      // A page outside the group, such as one that only signs out, speaks on the bus for this one message.
      const speaker = bus ?? (identity.known() ? (await open()).bus : null);
      speaker?.post({ type: 'sign-out' });
      if (speaker !== bus) speaker?.close();
      const isIn = stay !== null;
      deps.signOut(identity.household());
      if (!isIn) forget();
      await wiping;
    },
    parts() {
      return {
        life,
        hasJoined,
        degraded,
        reason: candidacy?.reason() ?? reason,
        solo: life === 'in' && bus === null,
        leading: candidacy?.leading() ?? false,
        standing: candidacy?.standing() ?? false,
        leader: tab.leader(),
        link: tab.link(),
        tabs: candidacy?.tabs() ?? [],
        companion: settings.companion,
      };
    },
    isNewToGroup: (...place) => candidacy?.isNewToGroup(...place) ?? false,
    group: identity.group,
    client: () => candidacy?.client() ?? '',
  };
}
