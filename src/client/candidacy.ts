/**
 * One stay of this tab in its group: it stands for the lock, leads, is deposed, withdraws, comes back,
 * watches over whoever leads. Ends with `leave`; the next stay gets a new one.
 */
import { backoffMs } from '../core/backoff.ts';
import type { Reason } from '../core/connection.ts';
import type { LeaderBody, LeaderMessage, TabBody } from '../core/envelope.ts';
import type { Bus, Cancel, Environment, Lock, OpenLink } from '../core/ports.ts';
import { compareClaims, isCredibleTerm, nextTerm } from '../core/term.ts';
import { retryOf } from '../protocol/codes.ts';
import { type Cursors, furthest } from '../protocol/cursor.ts';
import { createElection } from './election.ts';
import { createLeader, type Leader } from './leader.ts';
import type { Memory, Saved } from './memory.ts';
import type { Settings } from './options.ts';
import type { Tab } from './tab.ts';
import type { CounterName } from './types.ts';
import { createWatcher } from './watcher.ts';

/** Steals within a minute, over the whole group: what steals can't mend, more steals won't. */
const maxSteals = 3;
/** Refusals within this time although the lock is held: somebody else uses this browser's client id. */
const refusalMemoryMs = 60_000;
/** How long a tab without real locks steps back when another claims more. */
const stepBackMs = { least: 1_000, most: 5_000 };

export interface Candidacy {
  start(): void;
  leading(): boolean;
  standing(): boolean;
  /** Why this tab does not stand; `null`: it does. */
  reason(): Reason | null;
  onLeaderMessage(message: LeaderMessage): void;
  onTabMessage(from: string, body: TabBody): void;
  /** The page became visible, or hidden. */
  onVisible(visible: boolean): void;
  /** The app, the network or the user is back: stand again and connect now, unless only the app may say so. */
  revive(byApp: boolean): void;
  tabs(): readonly string[];
  client(): string | undefined;
  /** The store was written by a later leader. */
  onHigherTerm(term: number): void;
  /** What this tab would store: nothing, unless it leads. */
  saved(): Saved | null;
  /** Places that the group had handled when this tab took over. */
  floors(): Cursors;
  /** Synchronous: releases the lock, closes the connection, saves the cursors. */
  leave(): void;
}

interface CandidacyDeps {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly openLink: OpenLink;
  readonly tab: Tab;
  readonly memory: Memory;
  readonly group: string;
  /** `null`: each tab has its own connection. */
  readonly lock: Lock | null;
  readonly post: (body: LeaderBody | TabBody, to?: readonly string[]) => void;
  readonly openLoopback: (onEcho: () => void) => Bus | null;
  readonly onSignedOut: () => void;
  readonly onStatus: () => void;
  readonly count: (name: CounterName, by?: number) => void;
}

export function createCandidacy(deps: CandidacyDeps): Candidacy {
  const { settings, environment, tab, memory, lock, post, count } = deps;
  const { clock, page } = environment;
  let leader: Leader | null = null;
  let term = 0;
  let client: string | undefined = tab.client();
  let reason: Reason | null = null;
  let retries = 0;
  let floors: Cursors = {};
  let contest: Promise<number | null> | null = null;
  let staleAt = Number.NEGATIVE_INFINITY;
  let countSteal = false;
  let ended = false;
  /** Counts grants and their ends: after an await it says whether this is still the same leadership. */
  let reign = 0;
  let stopComeback: Cancel = () => {};

  const election =
    lock && createElection({ lock, name: deps.group, clock, onGranted: () => void rise(), onLost: onLockLost });
  const watcher = createWatcher({
    clock,
    leaderTimeoutMs: settings.leaderTimeoutMs,
    ask: () => post({ type: 'ask' }),
    openLoopback: deps.openLoopback,
    canSteal: () => !ended && reason === null && tab.steals() < maxSteals,
    beforeSteal: async (critical) => election?.beforeSteal(critical),
    takeOver() {
      settings.logger.warn('the leader shows no life: taking over');
      countSteal = true;
      election?.steal();
    },
  });

  async function rise(): Promise<void> {
    reign += 1;
    const mine = reign;
    if (!memory.marked()) return deps.onSignedOut();
    client ??= tab.client();
    let saved: Saved | undefined;
    // No storage on the way of a fail-over: a tab that was in the group knows all this.
    if (!tab.joined() || client === undefined) {
      const stored = await memory.read();
      if (mine !== reign) return;
      saved = stored.saved;
      client ??= tab.client() ?? stored.client;
      if (!tab.joined()) tab.startAt(settings.resume === 'stored' ? (saved?.cursors ?? {}) : {});
    }
    if (client === undefined) {
      client = clock.uniqueId();
      memory.writeClient(client);
    }
    lead(Math.max(saved?.term ?? 0, tab.leader()?.term ?? 0), saved?.user);
  }

  function lead(heard: number, savedUser: string | undefined): void {
    tab.inbox.dropHeld();
    term = nextTerm(Math.max(heard, term), clock.wall());
    const cursors = tab.inbox.cursors();
    floors = furthest(cursors, tab.positions());
    const steals = tab.steals() + (countSteal ? 1 : 0);
    countSteal = false;
    watcher.stop();
    tab.setLeader({ term, tab: tab.id });
    leader = createLeader(
      {
        settings,
        clock,
        openLink: deps.openLink,
        tab: tab.id,
        visible: () => page.visible(),
        post,
        deliver(body) {
          tab.onOwnLeader(body);
          if (body.type === 'items') memory.save();
        },
        confirmed: () => contest ?? Promise.resolve(leader ? term : null),
        onStale: (higher) => void challenge(higher, true),
        onGiveUp: withdraw,
        count,
      },
      { client: clientId(), user: tab.user() ?? savedUser, cursors, steals },
    );
    count('takeovers');
    settings.logger.info(`leads with term ${term}`);
    leader.start();
    deps.onStatus();
  }

  /** Without a channel there is nobody to share a client's connection with. */
  const clientId = (): string => (lock ? (client ?? '') : `${client}/${tab.id}`);

  /** Deposed: whatever was buffered is dropped, the connection ends now. */
  function depose(): void {
    reign += 1;
    contest = null;
    if (!leader) return;
    leader.close();
    leader = null;
    memory.stop();
    tab.setLeader(null);
    settings.logger.info(`leads no more (term ${term})`);
  }

  function onLockLost(): void {
    const led = leader !== null;
    depose();
    if (ended || reason) return;
    // A request that fails at once would fail again: not in a loop.
    if (led) election?.stand();
    else comeBack(stepBackMs.least);
    if (page.visible()) watcher.start();
    deps.onStatus();
  }

  /** Somebody claims a higher term: relay nothing until the platform has said who holds the lock. */
  function challenge(higher: number, byServer: boolean): Promise<number | null> {
    contest ??= settle(higher, byServer).then((settled) => {
      contest = null;
      return settled;
    });
    return contest;
  }

  async function settle(higher: number, byServer: boolean): Promise<number | null> {
    const mine = reign;
    leader?.pause(true);
    const held = election && lock?.exclusive ? await election.stillHeld() : election === null;
    if (mine !== reign) return null;
    if (!held) {
      depose();
      election?.withdraw();
      if (lock?.exclusive) election?.stand();
      else comeBack(stepBackMs.least + clock.random() * (stepBackMs.most - stepBackMs.least));
      deps.onStatus();
      return null;
    }
    if (byServer) {
      if (clock.now() - staleAt < refusalMemoryMs) {
        client = clock.uniqueId();
        memory.writeClient(client);
        leader?.setClient(clientId());
      }
      staleAt = clock.now();
    }
    term = nextTerm(Math.max(higher, term), 0);
    tab.setLeader({ term, tab: tab.id });
    leader?.pause(false);
    leader?.announce();
    return term;
  }

  /** This tab can't have the connection: another may try. */
  function withdraw(why: Reason): void {
    reign += 1;
    reason = why;
    leader?.leave(why);
    memory.saveNow();
    leader = null;
    tab.setLeader(null);
    election?.withdraw();
    if (retryOf(why.code) !== 'never') {
      comeBack(backoffMs(settings.connection, retries, clock.random()));
      retries += 1;
    }
    settings.logger.info(`leaves the election: ${why.message}`);
    deps.onStatus();
  }

  function comeBack(ms: number): void {
    stopComeback();
    stopComeback = clock.after(ms, () => {
      if (page.visible()) watcher.start();
      stand();
    });
  }

  function stand(): void {
    stopComeback();
    if (ended) return;
    reason = null;
    if (election) election.stand();
    else if (!leader) void rise();
    deps.onStatus();
  }

  /** A failure that every tab would meet ends the election for all, until an app says `connect()`. */
  function onGroupState(): void {
    const { connection, reason: why } = tab.link();
    if (connection === 'failed' && why && why.code !== 'wrong_user' && !reason) {
      reason = why;
      election?.withdraw();
      deps.onStatus();
    } else if (
      connection === 'connected' &&
      reason &&
      retryOf(reason.code) === 'never' &&
      reason.code !== 'wrong_user'
    ) {
      stand();
    }
  }

  return {
    start() {
      if (page.visible() && lock) watcher.start();
      stand();
    },
    leading: () => leader !== null,
    standing: () => election?.standing() ?? leader !== null,
    reason: () => reason,
    onLeaderMessage(message) {
      const claim = { term: message.term, tab: message.from };
      if (leader) {
        const known = isCredibleTerm(claim.term, term, clock.wall());
        if (!known) count('malformed');
        else if (compareClaims(claim, { term, tab: tab.id }) > 0) void challenge(claim.term, false);
        return;
      }
      if (!tab.onLeaderMessage(message)) return;
      watcher.heard();
      if (message.type === 'take' && message.to?.includes(tab.id) && page.visible() && !reason) election?.steal();
      else if (message.type !== 'items') onGroupState();
    },
    onTabMessage(from, body) {
      if (body.type === 'ask') watcher.otherAsked();
      if (body.type === 'hello' && leader) floors = furthest(floors, body.cursors);
      leader?.onTabMessage(from, body);
    },
    onVisible(visible) {
      if (!visible || !lock || leader) watcher.stop();
      else watcher.start();
    },
    revive(byApp) {
      leader?.hint();
      if (reason && (byApp || retryOf(reason.code) !== 'never' || reason.code === 'signed_out')) stand();
    },
    tabs: () => leader?.tabs() ?? tab.tabs(),
    client: () => client ?? tab.client(),
    onHigherTerm(higher) {
      if (leader) void challenge(higher, false);
    },
    saved() {
      const user = tab.user();
      return leader && { term, cursors: tab.inbox.cursors(), ...(user !== undefined && { user }) };
    },
    floors: () => floors,
    leave() {
      if (ended) return;
      ended = true;
      reign += 1;
      stopComeback();
      watcher.stop();
      leader?.leave();
      memory.saveNow();
      leader = null;
      memory.stop();
      election?.withdraw();
    },
  };
}
