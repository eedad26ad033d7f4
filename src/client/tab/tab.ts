/**
 * What every tab is, leader or not: its cursors, its unsettled commands, its picture of the leader.
 * It trusts no leader: each frame goes through the tab's own reader.
 */
import type { LeaderBody, LeaderMessage, LinkState, Statement, TabBody } from '../../core/envelope.ts';
import type { Inbox } from '../../core/inbox.ts';
import type { Clock } from '../../core/ports.ts';
import { type Claim, compareClaims, isCredibleTerm } from '../../core/term.ts';
import type { Cursors } from '../../protocol/cursor.ts';
import type { Settings } from '../options.ts';
import type { CounterName } from '../types.ts';
import { type Commands, createCommands } from './commands.ts';
import { watchHoles } from './holes.ts';
import { createReader, type ReaderEvents } from './reader.ts';

/** What the tab tells the outside: the facades and the shared states. */
export interface TabEvents extends ReaderEvents {
  onConnect(link: LinkState): void;
  onDisconnect(link: LinkState): void;
  onConnectError(link: LinkState): void;
  /** A leader is there to be told what is wanted. */
  onLeader(): void;
  onLoad(name: string, version: number): void;
  onStatus(): void;
}

/** What of it the facades are told. */
export type FacadeEvents = Omit<TabEvents, 'onStart' | 'onLeader' | 'onLoad'>;

export interface Tab {
  readonly id: string;
  readonly commands: Commands;
  readonly inbox: Inbox;
  wanted(): readonly string[];
  /** The channels that the page wants to be in from now on. */
  want(streams: readonly string[]): void;
  /** Has a place: it need not be told where to start. */
  hasPlace(): boolean;
  /** Starts where nobody can tell better. `lost`: there may have been places, so each start is a refresh. */
  startAt(cursors: Cursors, lost?: boolean): void;
  /** Up to where the handlers are; within a frame that is under way they are behind the inbox's cursors. */
  handled(): Cursors;
  leader(): Claim | null;
  /** What a new leader has to be above: the highest term heard of one, past ones included. */
  term(): number;
  link(): LinkState;
  steals(): number;
  /** The browser's id, as the group knows it. */
  client(): string | undefined;
  /** Where the leader said that it stands. */
  positions(): Cursors;
  user(): string | undefined;
  tabs(): readonly string[];
  hello(): void;
  /** A message of a leader, this tab's own included; false: it comes from one who leads no more. */
  onLeaderMessage(message: LeaderMessage): boolean;
  onOwnLeader(body: LeaderBody): void;
  /** The same leader with the same connection: only its term is another. */
  raise(claim: Claim): void;
  /** This tab leads from now on, or the leadership is open again. */
  setLeader(claim: Claim | null): void;
  /** Between two lives in the group nothing is mirrored and no hole is asked for. */
  rest(): void;
  /** Forgets everything: another user may come. */
  forget(code: string): void;
}

interface TabDeps {
  readonly id: string;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly events: TabEvents;
  readonly toLeader: (body: TabBody) => boolean;
  readonly count: (name: CounterName, by?: number) => void;
}

const noLink: LinkState = { connection: 'idle', serial: 0, recovered: false };
const stealMemoryMs = 60_000;

export function createTab({ id, settings, clock, events, toLeader, count }: TabDeps): Tab {
  let leader: Claim | null = null;
  /** The highest claim so far: a lower one is a deposed leader's, also when nobody leads now. */
  let highest: Claim | null = null;
  /** The number of what was heard last of it. A channel keeps the order: what is not above was heard before. */
  let heard = 0;
  /** Two tabs claimed the term below this one: whoever leads has to be above it. */
  let disputed = 0;
  let link = noLink;
  let statement: Statement | null = null;
  let client: string | undefined;
  let user: string | undefined;
  let stealsHeardAt = 0;
  let helloScheduled = false;
  let stopHoles: (() => void) | null = null;

  const connected = (): boolean => leader !== null && link.connection === 'connected';
  const commands = createCommands({ settings, clock, reachable: connected, toLeader, count });
  const { logger } = settings;
  const reader = createReader({ clock, logger, events, modules: () => link.modules, onHole: hello, count });

  function hello(): void {
    if (helloScheduled) return;
    helloScheduled = true;
    clock.soon(() => {
      reader.reserve();
      helloScheduled = false;
      const { inbox, hasPlace, wanted } = reader;
      toLeader({ type: 'hello', fresh: !hasPlace(), cursors: inbox.cursors(), streams: wanted() });
    });
  }

  function onStatement(type: 'lead' | 'welcome' | 'alive', next: Statement, claim: Claim): void {
    if (next.steals !== statement?.steals) stealsHeardAt = clock.now();
    const before = statement;
    statement = next;
    user = next.user ?? user;
    // A tab without a channel adds its own id behind a slash.
    client = next.client.split('/')[0];
    if (type === 'welcome' && !reader.hasPlace()) reader.startAt(next.positions);
    else if (reader.hasPlace()) reader.compare(next.positions);
    const hadTime = commands.hasTime();
    const anew = mirror(next.link);
    if (claim.tab !== id && (type === 'lead' || !reader.hasPlace())) hello();
    // What could not be stamped came back.
    if ((type !== 'alive' || (!hadTime && commands.hasTime())) && !anew) commands.resend();
    if (type !== 'alive' || anew) events.onLeader();
    if (before?.tabs.length !== next.tabs.length) events.onStatus();
  }

  /** Says whether the link is authenticated anew. */
  function mirror(next: LinkState): boolean {
    const wasUp = link.connection === 'connected';
    const isUp = next.connection === 'connected';
    const anew = isUp && (!wasUp || next.serial !== link.serial);
    if (wasUp && anew) {
      const ended: LinkState = { ...next, connection: 'connecting' };
      mirror(ended); // its end was missed
      if (link !== ended) return false; // a handler of that left
    }
    const before = link;
    link = next;
    if (next.time !== undefined) commands.setTime(next.time);
    if (wasUp && !isUp) events.onDisconnect(next);
    if (anew) {
      // First what has waited, then what the handlers emit: as in socket.io-client.
      commands.resend();
      events.onConnect(next);
    }
    const news = before.connection !== next.connection || before.reason?.code !== next.reason?.code;
    if (news && !wasUp && next.reason) events.onConnectError(next);
    if (news) events.onStatus();
    return anew;
  }

  function raise(claim: Claim): void {
    leader = claim;
    highest = claim;
    events.onStatus();
  }

  function setLeader(claim: Claim | null): void {
    leader = claim;
    highest = claim ?? highest;
    if (claim) stopHoles ??= watchHoles(reader.inbox, clock, connected);
    mirror({ ...noLink, connection: 'connecting', ...(link.modules && { modules: link.modules }) });
    // To a server without command ids nothing is sent twice: what the last leader had is lost.
    commands.leaderChanged();
    events.onStatus();
  }

  function rest(): void {
    stopHoles?.();
    stopHoles = null;
    reader.rest();
    if (leader) setLeader(null);
    statement = null;
  }

  function onLeaderBody(body: LeaderBody, claim: Claim): void {
    switch (body.type) {
      case 'lead':
      case 'welcome':
      case 'alive':
        return onStatement(body.type, body, claim);
      case 'items':
        return reader.onItems(body.items, body.fills);
      case 'later':
        return commands.later(body.id, body.post);
      case 'outcome':
        return commands.answer(body.id, body.answer);
      case 'load':
        return events.onLoad(body.name, body.version);
      case 'take':
        return;
      default:
        return body satisfies never;
    }
  }

  return {
    id,
    commands,
    get inbox() {
      return reader.inbox;
    },
    hasPlace: reader.hasPlace,
    wanted: reader.wanted,
    want(streams) {
      reader.want(streams);
      hello();
    },
    handled: reader.handled,
    startAt: reader.startAt,
    leader: () => leader,
    term: () => Math.max(highest?.term ?? 0, disputed),
    link: () => link,
    steals: () => (clock.now() - stealsHeardAt < stealMemoryMs ? (statement?.steals ?? 0) : 0),
    client: () => client,
    positions: () => statement?.positions ?? {},
    user: () => user,
    tabs: () => statement?.tabs ?? [id],
    hello,
    onLeaderMessage(message) {
      const claim = { term: message.term, tab: message.from };
      if (!isCredibleTerm(claim.term, highest?.term ?? 0, clock.wall())) {
        count('malformed');
        return false;
      }
      const order = highest ? compareClaims(claim, highest) : 1;
      if (order < 0) {
        // A new one that never heard of the last, by a clock that was set back: it hears the higher term from this.
        const isDispute = claim.term === highest?.term && disputed <= claim.term;
        if (isDispute) disputed = claim.term + 1;
        if (isDispute || message.type === 'lead') hello();
        return false;
      }
      if (order > 0) heard = 0;
      if (message.seq !== undefined && message.seq <= heard) {
        count('duplicates');
        return false;
      }
      heard = message.seq ?? heard;
      const socketId = message.type === 'lead' ? message.link.socketId : undefined;
      const isSame = leader?.tab === claim.tab && socketId !== undefined && socketId === link.socketId;
      if (order > 0 && isSame) raise(claim);
      else if (order > 0 || !leader) {
        setLeader(claim);
        // Its `lead` was missed: whatever it posted since is missing too.
        if (message.type !== 'lead') hello();
      }
      if (!message.to || message.to.includes(id)) onLeaderBody(message, claim);
      return true;
    },
    onOwnLeader(body) {
      if (leader) onLeaderBody(body, leader);
    },
    ...{ raise, setLeader },
    rest,
    forget(code) {
      rest();
      commands.abandon(code);
      reader.forget();
      highest = null;
      disputed = 0;
      client = undefined;
      user = undefined;
    },
  };
}
