/**
 * One stay of this tab in its group: it stands for the lock, leads, is deposed, withdraws, comes back,
 * watches over whoever leads. Ends with `leave`; the next stay gets a new one.
 */
import type { Reason } from '../../core/connection.ts';
import type { LeaderBody, TabBody } from '../../core/envelope.ts';
import { compareClaims, isCredibleTerm, nextTerm } from '../../core/term.ts';
import { maxSteals } from '../../core/watch.ts';
import { furthest } from '../../protocol/cursor.ts';
import { createLeader, type Leader } from '../leader/leader.ts';
import { isGroupWide, replaced } from '../reasons.ts';
import type { Candidacy, CandidacyDeps } from './candidacy-types.ts';
import { createClientId } from './client-id.ts';
import { createElection } from './election.ts';
import type { Saved } from './memory.ts';
import { createStanding } from './standing.ts';
import { createWatcher } from './watcher.ts';

export function createCandidacy(deps: CandidacyDeps): Candidacy {
  const { settings, environment, tab, memory, lock, household, bus, count } = deps;
  const { clock, page } = environment;
  const resumes = settings.resume === 'stored';
  const post = (body: LeaderBody | TabBody, to?: readonly string[]): void => void bus()?.post(body, to);
  let leader: Leader | null = null;
  let term = 0;
  let contest: Promise<number | null> | null = null;
  let countSteal = false;
  let ended = false;
  // Without a channel there is nobody to share a client's connection with.
  const client = createClientId({ clock, memory, heard: tab.client, suffix: lock ? '' : `/${tab.id}` });
  /** Counts grants and their ends, by whatever: after an await it says whether this is still the same leadership. */
  let reign = 0;

  const { name, isLed } = household;
  const election = lock && createElection({ lock, name, clock, onGranted: () => void rise(), onLost: onLockLost });
  const standing = createStanding({
    clock,
    backoff: settings.connection,
    onStand() {
      if (election) election.stand();
      else if (!leader) void rise();
      watch();
      deps.onStatus();
    },
    onOut() {
      endReign();
      election?.withdraw(isGroupWide(standing.reason()));
      // Only now: its status is that of a tab that is out, with the reason.
      if (tab.leader()?.tab === tab.id) tab.setLeader(null);
      watch();
      deps.onStatus();
    },
  });
  const watcher = createWatcher({
    clock,
    leaderTimeoutMs: settings.leaderTimeoutMs,
    ask() {
      if (!tab.leader() && !standing.reason()) memory.halted() ? clock.soon(stayOut) : household.call();
      post({ type: 'ask' });
    },
    openLoopback: (onEcho) => bus()?.openLoopback(onEcho) ?? null,
    canSteal: () => !ended && (standing.reason() ? tab.leader() !== null : mayTakeOver()),
    // Who takes nothing, and only gives up its leader, need not wait for its turn.
    beforeSteal: (critical) =>
      !election || standing.reason() ? critical().then(() => true) : election.beforeSteal(critical),
    takeOver() {
      if (standing.reason()) return tab.setLeader(null);
      settings.logger.warn('the leader shows no life: taking over');
      countSteal = true;
      election?.steal();
    },
  });
  const mayTakeOver = (): boolean => tab.steals() < maxSteals && (tab.leader() !== null || !isLed());
  /** A tab that stands may take over; one that does not must not go on believing in a leader that is gone. */
  function watch(): void {
    if (page.visible() && lock && !leader && (!standing.reason() || tab.leader())) watcher.start();
    else watcher.stop();
  }

  /** What is in doubt is of the reign that ends: the next one must not wait for it. */
  function endReign(): void {
    reign += 1;
    contest = null;
  }

  async function rise(): Promise<void> {
    endReign();
    const mine = reign;
    if (!memory.marked()) return deps.onSignedOut();
    if (memory.halted()) return stayOut();
    let saved: Saved | undefined;
    // No storage on the way of a fail-over: a tab that was in the group knows all this.
    if (!tab.hasPlace() || client.known() === undefined) {
      watcher.stop(); // the silence is its own now
      const stored = await memory.read();
      if (mine !== reign) return;
      saved = stored.saved;
      const id = tab.client() ?? stored.client ?? (await memory.claimClient());
      if (mine !== reign) return;
      client.settle(id);
      if (!tab.hasPlace()) tab.startAt(resumes ? (saved?.cursors ?? {}) : {}, resumes && stored.lost);
    }
    lead(Math.max(saved?.term ?? 0, tab.term()), saved);
  }

  /** The group is halted: nobody leads. In silence: a new page may have taken it back, which this process sees late. */
  function stayOut(): void {
    if (ended || leader) return;
    standing.outWhile(memory.halted, replaced);
    tab.setLeader(null);
    watch();
  }

  function lead(heard: number, saved: Saved | undefined): void {
    tab.inbox.dropHeld();
    term = nextTerm(Math.max(heard, term), clock.wall());
    const cursors = tab.inbox.cursors();
    const stored = resumes && saved ? saved.cursors : {};
    const handled = furthest(cursors, tab.positions());
    const steals = tab.steals() + (countSteal ? 1 : 0);
    countSteal = false;
    watcher.stop();
    leader = createLeader(
      {
        settings,
        clock,
        post,
        count,
        openLink: deps.openLink,
        tab: tab.id,
        visible: () => page.visible(),
        deliver(body) {
          tab.onOwnLeader(body);
          if (body.type === 'items') memory.save();
          else if (tab.link().connection === 'connected') standing.succeeded();
        },
        async confirmed() {
          // Another tab led and was replaced, before this one or while this one's page was away.
          if (leader && memory.halted()) withdraw(replaced);
          return contest ?? (leader ? term : null);
        },
        onStale: (higher) => void challenge(higher, 'server'),
        onTabs: deps.onStatus,
        onGiveUp: withdraw,
      },
      { client: client.settle(), user: tab.user() ?? saved?.user, cursors, stored, steals, handled },
    );
    count('takeovers');
    settings.logger.info(`leads with term ${term}`);
    tab.setLeader({ term, tab: tab.id });
    leader.start();
    memory.save(); // the last leader may have had no time for it
    if (tab.wanted().length > 0) tab.hello();
    deps.onStatus();
  }

  /** Deposed: whatever was buffered is dropped, the connection ends now. */
  function depose(): void {
    endReign();
    if (!leader) return;
    leader.close();
    leader = null;
    tab.setLeader(null);
    // What the next leader said so far was heard as a challenge: ask who it is.
    tab.hello();
    settings.logger.info(`leads no more (term ${term})`);
  }

  function onLockLost(): void {
    const led = leader !== null;
    depose();
    if (ended || standing.reason()) return;
    // A request that fails at once would fail again: not in a loop.
    if (led) standing.stand();
    else standing.later();
    deps.onStatus();
  }

  /** `by` knows of a higher term: relay nothing until the platform has said who holds the lock. */
  function challenge(higher: number, by: 'leader' | 'follower' | 'server'): Promise<number | null> {
    const mine = reign;
    contest ??= settle(higher, by).then((settled) => {
      if (mine === reign) contest = null;
      return settled;
    });
    return contest;
  }

  async function settle(higher: number, by: 'leader' | 'follower' | 'server'): Promise<number | null> {
    const mine = reign;
    leader?.pause(true);
    // Without locks a leader's own claim is believed; one that only a follower heard may be long gone.
    const held = election && lock?.exclusive ? await election.stillHeld() : election === null || by === 'follower';
    if (mine !== reign) return null;
    const isCredible = isCredibleTerm(higher, term, clock.wall());
    if (isCredible) term = Math.max(term, higher);
    if (!held) {
      depose();
      election?.withdraw();
      if (lock?.exclusive) standing.stand();
      else standing.stepBack();
      deps.onStatus();
      return null;
    }
    // By the old term, to which the others listen: by the new one they know it only after the `lead`.
    leader?.pause(false);
    if (mine !== reign) return null; // a handler of what waited left
    // Its term may be of a clock far ahead: the tabs would not believe one above that.
    if (by === 'server') leader?.setClient(client.refused(!isCredible));
    term = nextTerm(term, 0);
    // Nobody hears of an end: there was none.
    tab.raise({ term, tab: tab.id });
    leader?.announce();
    memory.save(); // the higher term may be that of the record there
    return term;
  }

  /** This tab can't have the connection: another may try. */
  function withdraw(why: Reason): void {
    // What is only this tab's own says nothing of the others: one of them leads next. Unless this page keeps the lock.
    const isOfAll = isGroupWide(why) || household.keepsLock();
    // Before the app hears of it: its connect() takes this back.
    if (why.code === replaced.code) memory.halt();
    leader?.leave(why, isOfAll);
    memory.saveNow();
    if (!isOfAll) post({ type: 'bye' });
    leader = null;
    settings.logger.info(`leaves the election: ${why.message}`);
    standing.out(why);
  }

  return {
    start() {
      memory.watch();
      if (!ended && memory.halted()) stayOut();
      else standing.stand();
    },
    leading: () => leader !== null,
    standing: () => election?.standing() ?? leader !== null,
    reason: standing.reason,
    onLeaderMessage(message) {
      const claim = { term: message.term, tab: message.from };
      if (leader) {
        if (!isCredibleTerm(claim.term, term, clock.wall())) count('malformed');
        else if (compareClaims(claim, { term, tab: tab.id }) > 0) void challenge(claim.term, 'leader');
        // Somebody spoke in its name, and the others are deaf up to that number: of the next term they hear all.
        else if (claim.tab === tab.id && claim.term === term && (message.seq ?? 0) > (bus()?.posted() ?? 0))
          void challenge(term, 'follower');
        return;
      }
      if (message.from === tab.id) return;
      const before = tab.link().connection;
      const wasAlone = tab.leader() === null;
      if (!tab.onLeaderMessage(message)) return;
      watcher.heard();
      if (wasAlone && standing.reason()) watch();
      // A hidden leader retries slowly: offer to take over as soon as its connection is lost.
      if (before !== 'waiting' && tab.link().connection === 'waiting' && page.visible()) post({ type: 'ask' });
      if (message.type === 'take' && message.to?.includes(tab.id) && page.visible() && !standing.reason()) {
        endReign(); // one that is about to begin is of the lock that is given up now
        election?.steal();
      } else if (message.type !== 'items') standing.onGroupLink(tab.link());
    },
    onTabMessage(from, body, heard = 0) {
      if (body.type === 'ask') watcher.otherAsked();
      // Its commands wait for the next leader instead of being posted to nobody.
      if (body.type === 'bye' && from === tab.leader()?.tab) tab.setLeader(null);
      const isForAnother = leader !== null && heard > term && isCredibleTerm(heard, term, clock.wall());
      if (isForAnother) void challenge(heard, 'follower');
      // That one hears it too, and a server without command ids would run it twice.
      if (!isForAnother || body.type !== 'command' || settings.companion) leader?.onTabMessage(from, body);
    },
    onVisible: watch,
    revive(byApp) {
      leader?.hint();
      standing.revive(byApp);
    },
    tabs: () => leader?.tabs() ?? tab.tabs(),
    client: client.known,
    onHigherTerm: (higher) => void (leader && lock && challenge(higher, 'leader')),
    saved() {
      const user = tab.user();
      const cursors = { ...leader?.channels(), ...tab.handled() };
      return leader && { term, tab: tab.id, cursors, ...(user !== undefined && { user }) };
    },
    isNewToGroup: (...place) => leader?.isNewToGroup(...place) ?? false,
    leave() {
      if (ended) return;
      ended = true;
      reign += 1;
      standing.close();
      watcher.stop();
      leader?.leave();
      memory.saveNow();
      leader = null;
      memory.stop();
      election?.withdraw();
    },
  };
}
