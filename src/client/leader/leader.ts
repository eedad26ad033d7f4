/**
 * What a tab does while it leads: it holds the connection, posts what joins on to what it posted before,
 * fills the holes of the others, and passes their commands on. It keeps nothing that would have to be
 * handed over: when it is gone, the next leader begins at its own cursors and the tabs say the rest.
 */
import type { Reason } from '../../core/connection.ts';
import type { LeaderBody, Statement, TabBody } from '../../core/envelope.ts';
import type { Clock, OpenLink } from '../../core/ports.ts';
import { isChannel } from '../../protocol/channel.ts';
import { type Cursors, furthest } from '../../protocol/cursor.ts';
import { isTerm, toFields } from '../../protocol/parse.ts';
import type { Settings } from '../options.ts';
import { replaced, toFailure } from '../reasons.ts';
import type { CounterName } from '../types.ts';
import { createConnector } from './connector.ts';
import { createCourier } from './courier.ts';
import { createIntake } from './intake.ts';
import { createLoads } from './loads.ts';
import { createReception } from './reception.ts';
import { createRelay } from './relay.ts';
import { createRoster } from './roster.ts';
import { createSession } from './session.ts';
import { createSubscriptions } from './subscriptions.ts';

/** One tab is asked to take over, not all that ask at once. */
const offerMs = 1_000;

interface LeaderDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly openLink: OpenLink;
  readonly tab: string;
  readonly visible: () => boolean;
  /** To the other tabs; `to` absent: all. Without a channel it does nothing. */
  readonly post: (body: LeaderBody, to?: readonly string[]) => void;
  readonly deliver: (body: LeaderBody) => void;
  /** Resolves with the term to connect with, once the lock is known to be still held; `null`: it is not. */
  readonly confirmed: () => Promise<number | null>;
  readonly onStale: (term: number) => void;
  readonly onTabs: () => void;
  /** The connection can't be had by this tab. */
  readonly onGiveUp: (reason: Reason) => void;
  readonly count: (name: CounterName, by?: number) => void;
}

interface LeaderStart {
  readonly client: string;
  readonly user: string | undefined;
  readonly cursors: Cursors;
  /** Stored places: a tab may yet join the channels among them. */
  readonly stored: Cursors;
  readonly steals: number;
  /** Places that the group has handled, as far as this tab knows. */
  readonly handled: Cursors;
}

export interface Leader {
  start(): void;
  onTabMessage(from: string, body: TabBody): void;
  /** Says where it stands, to all: it is new, or its term changed. */
  announce(): void;
  setClient(client: string): void;
  pause(paused: boolean): void;
  hint(): void;
  tabs(): readonly string[];
  /** Is an event of this place above all that the group had handled when this leadership began? */
  isNewToGroup(stream: string, epoch: string, id: number): boolean;
  /** Places of channels, to be stored beside those of the leader's own tab. */
  channels(): Cursors;
  /** Goes in order: what waits is posted, and who it concerns is told why: all tabs (`isOfAll`), or this one. */
  leave(why?: Reason, isOfAll?: boolean): void;
  /** The lock is gone: drops everything, says nothing. */
  close(): void;
}

export function createLeader(deps: LeaderDeps, start: LeaderStart): Leader {
  const { settings, clock, count } = deps;
  let closed = false;
  let { handled } = start;
  let offeredAt = Number.NEGATIVE_INFINITY;

  const roster = createRoster({
    clock,
    onGone: forget,
    call() {
      deps.onTabs();
      // Also where it knows no tab: one may be there that missed its `lead` and may not lead itself.
      announce();
    },
  });
  const relay = createRelay({
    clock,
    send: (items, own) => post({ type: 'items', items }, undefined, { type: 'items', items: own }),
  });
  const loads = createLoads({ clock, tab: deps.tab, tell });
  const intake = createIntake(
    {
      clock,
      relay,
      link: () => connector.link(),
      defaultStream: () => session.user && `user:${session.user}`,
      fill: (tabs, items, fills) => tell({ type: 'items', items, fills }, tabs),
      onRefresh({ stream, reason }) {
        if (!isChannel(stream)) loads.invalidate();
        else if (reason === 'permissions_changed') subscriptions.refused(stream);
      },
      count,
    },
    start.cursors,
  );
  const subscriptions = createSubscriptions(
    { clock, intake, request: (name, payload, onAnswer) => connector.link()?.request(name, [payload], onAnswer) },
    start.stored,
  );
  const session = createSession(
    {
      ...{ settings, clock, tab: deps.tab, positions: intake.positions, resume: intake.resume },
      async confirmed() {
        const term = await deps.confirmed();
        return closed ? null : term;
      },
    },
    start,
  );
  const courier = createCourier({ settings, clock, link: () => connector.link(), inTurn: relay.tell, post });
  const reception = createReception({
    clock,
    relay,
    intake,
    connected: () => connector.link() !== null,
    welcome: (to) => tell({ type: 'welcome', ...statement() }, to),
    tell,
  });
  const connector = createConnector({
    ...{ settings, clock, openLink: deps.openLink, visible: deps.visible },
    ...{ handshake: session.handshake, onAuthenticated: session.onAuthenticated },
    ...{ onRenewed: session.onRenewed, onTime: session.onTime },
    onOnline: ({ streams }) => subscriptions.online(streams),
    onPacket,
    onDown() {
      mirror();
      intake.reset();
      courier.reset();
      subscriptions.offline();
    },
    onRefused(code, data) {
      const term = toFields(data)?.term;
      if (code === 'stale_term') deps.onStale(isTerm(term) ? term : 0);
    },
    onState: mirror,
    onGiveUp: deps.onGiveUp,
  });

  /** To everybody, this tab included: the others first, so that no handler here can delay them. */
  function tell(body: LeaderBody, to?: readonly string[]): void {
    post(body, to)();
  }

  /** To the others; what it returns gives it to this tab. An outcome is true whoever leads by now. */
  function post(body: LeaderBody, to?: readonly string[], own: LeaderBody = body): () => void {
    const isOver = (): boolean => closed && body.type !== 'outcome';
    if (isOver()) return () => {};
    const others = to ? to.filter((tab) => tab !== deps.tab) : roster.tabs();
    if (others.length > 0) {
      deps.post(body, to && others);
      count('posts');
    }
    return () => {
      if (!isOver() && (!to || to.includes(deps.tab))) deps.deliver(own);
    };
  }

  function onPacket(name: string, args: unknown[]): void {
    if (!settings.companion) return relay.pushPacket(name, args);
    if (intake.onPacket(name, args[0], args[1])) return;
    if (name === replaced.code) return connector.fail(replaced);
    if (name === 'token_expired') {
      return connector.fail({ code: name, message: 'The token ended and was not renewed in time' });
    }
    if (name === 'error') return settings.logger.warn('the server reported an error', args[0]);
    if (name === 'authenticated') return count('malformed');
    relay.pushPacket(name, args);
  }

  /** Brings the connection's state to all tabs, between what came before and what comes after. */
  function mirror(): void {
    session.mirror(connector.state());
    const news = statement();
    relay.pushState(() => post({ type: 'alive', ...news }), news.link.connection === 'waiting');
  }

  function statement(): Statement {
    const { client, user } = session;
    return {
      client,
      ...(user !== undefined && settings.user === undefined && { user }),
      link: session.link(),
      positions: intake.positions(),
      steals: start.steals,
      tabs: [deps.tab, ...roster.tabs()],
    };
  }

  function announce(): void {
    if (closed) return;
    relay.flush();
    toAll({ type: 'lead', ...statement() });
  }

  /** Known or not: by it they become known, and who takes this tab for its leader hears that it ends. */
  function toAll(body: LeaderBody, others = true): void {
    if (others) deps.post(body);
    deps.deliver(body);
  }

  function forget(tab: string): void {
    loads.forget(tab);
    subscriptions.forget(tab);
  }

  function onTabMessage(from: string, body: TabBody): void {
    if (closed) return;
    if (body.type === 'bye') {
      roster.forget(from);
      forget(from);
      return deps.onTabs();
    }
    if (from !== deps.tab && roster.heard(from)) deps.onTabs();
    // What is answered to one tab keeps the others from asking: any word is a reason to look after the link.
    clock.soon(body.type === 'command' && body.sentAt === null ? connector.askTime : connector.probe);
    if (body.type === 'hello') {
      handled = furthest(handled, body.cursors);
      reception.hello(from, body);
      return subscriptions.set(from, body.streams, body.cursors);
    }
    if (body.type === 'command' && (settings.companion || from === deps.tab)) return courier.carry(from, body);
    const heardAt = clock.now();
    // Answers go out from a task of their own: a frozen page runs its channel handlers, but no tasks.
    clock.soon(() => {
      if (closed) return;
      // To a plain server nothing is sent twice: a leader that was frozen may be one no more.
      if (body.type === 'command' && clock.now() - heardAt < offerMs) courier.carry(from, body);
      else if (body.type === 'want') loads.want(from, body);
      else if (body.type === 'loaded') loads.loaded(from, body);
      else if (body.type === 'ask') answerAsk(from);
    });
  }

  function answerAsk(from: string): void {
    // Its retry timers are slow while it is hidden: the visible tab that asks does better. Not before it tried:
    // a page that hung is granted a lock that was taken from it since, and would give away what another has.
    const isWaiting = connector.state().at === 'waiting';
    if (!deps.visible() && isWaiting && clock.now() - offeredAt > offerMs) {
      offeredAt = clock.now();
      return tell({ type: 'take' }, [from]);
    }
    relay.flush();
    deps.post({ type: 'alive', ...statement() });
  }

  function close(): void {
    if (closed) return;
    closed = true;
    connector.close();
    relay.close();
    roster.close();
    intake.close();
    loads.close();
    subscriptions.close();
  }

  return {
    start() {
      roster.start();
      announce();
      connector.start();
    },
    onTabMessage,
    announce,
    setClient: session.setClient,
    pause: relay.pause,
    hint: connector.hint,
    tabs: () => [deps.tab, ...roster.tabs()],
    isNewToGroup(stream, epoch, id) {
      const place = handled[stream];
      return place?.epoch !== epoch || id > place.id;
    },
    channels: subscriptions.places,
    leave(why, isOfAll) {
      if (why) relay.dropState();
      relay.flush();
      const link = why && { ...session.link(), connection: toFailure(why), reason: why };
      if (link) toAll({ type: 'alive', ...statement(), link }, isOfAll);
      close();
    },
    close,
  };
}
