/** What a leader tells the server of itself, and learns from the greeting: user, time, and how the link stands. */
import type { ConnectionState, Reason } from '../../core/connection.ts';
import type { LinkState } from '../../core/envelope.ts';
import type { Clock } from '../../core/ports.ts';
import { createServerTime } from '../../core/server-time.ts';
import type { Cursors } from '../../protocol/cursor.ts';
import type { Authenticated } from '../../protocol/messages.ts';
import type { Settings } from '../options.ts';
import { toFailure } from '../reasons.ts';

interface Session {
  readonly client: string;
  readonly user: string | undefined;
  /** The link's state with the server's present time. */
  link(): LinkState;
  /** `null`: this tab leads no more. */
  handshake(): Promise<Readonly<Record<string, unknown>> | null>;
  /** Why the connection must not be used. `null` greeting: a plain server's. */
  onAuthenticated(greeting: Authenticated | null, socketId: string): Reason | null;
  /** The server took a new token; `null`: it names no modules. */
  onRenewed(modules: readonly string[] | null): void;
  onTime(time: number): void;
  mirror(state: ConnectionState): void;
  setClient(client: string): void;
}

interface SessionDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly tab: string;
  readonly confirmed: () => Promise<number | null>;
  readonly positions: () => Cursors;
  /** The server's answer to the cursors sent; says whether all of them are resumed. */
  readonly resume: (streams: Cursors, sent: Cursors) => boolean;
}

export function createSession(
  { settings, clock, tab, confirmed, positions, resume }: SessionDeps,
  start: { readonly client: string; readonly user: string | undefined },
): Session {
  let { client, user } = start;
  let attempt = 0;
  let link: LinkState = { connection: 'idle', serial: 0, recovered: false };
  let sent: Cursors = {};
  const serverTime = createServerTime(clock);

  /** A token without modules is of all of them, also after one that named some. */
  function setModules(modules: readonly string[] | null | undefined): void {
    const { modules: _, ...rest } = link;
    link = { ...rest, ...(modules && { modules }) };
  }

  return {
    get client() {
      return client;
    },
    get user() {
      return user;
    },
    link() {
      const time = serverTime.now();
      return { ...link, ...(time !== null && { time }) };
    },
    setClient(next) {
      client = next;
    },
    async handshake() {
      const term = await confirmed();
      if (term === null) return null;
      if (!settings.companion) return {};
      attempt += 1;
      sent = positions();
      const named = settings.user === undefined ? {} : { user: settings.user };
      const last = user && sent[`user:${user}`];
      const lastEventId = last ? { lastEventId: last.id } : {};
      return { onesocket: 1, ...named, client, tab, term, attempt, cursors: { ...sent }, ...lastEventId };
    },
    onAuthenticated(greeting, socketId) {
      const serial = link.serial + 1;
      if (!greeting) {
        link = { ...link, serial, socketId, recovered: false };
        return null;
      }
      const expected = settings.user ?? user;
      if (expected !== undefined && greeting.userId !== expected) {
        const message = `The server knows the token as "${greeting.userId}", these tabs belong to "${expected}": call signOut(), then connect()`;
        return { code: 'wrong_user', message };
      }
      user = greeting.userId;
      serverTime.hear(greeting.time);
      const recovered = resume(greeting.streams, sent);
      link = { ...link, serial, socketId, recovered };
      setModules(greeting.modules);
      return null;
    },
    onRenewed: setModules,
    onTime: serverTime.hear,
    mirror(state) {
      const { reason: _, ...rest } = link;
      if (state.at === 'waiting') link = { ...rest, connection: 'waiting', reason: state.reason };
      else if (state.at === 'given-up') link = { ...rest, connection: toFailure(state.reason), reason: state.reason };
      else if (state.at === 'online') link = { ...rest, connection: 'connected' };
      else if (state.at === 'greeting') link = { ...rest, connection: 'syncing' };
      else link = { ...rest, connection: state.at === 'idle' ? 'idle' : 'connecting' };
    },
  };
}
