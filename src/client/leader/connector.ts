/** Drives the connection machine with the real `auth`, link and timers. Lives as long as one leadership. */
import { type ConnectionEvent, type ConnectionState, type Reason, reduceConnection } from '../../core/connection.ts';
import type { Cancel, Clock, Link, OpenLink } from '../../core/ports.ts';
import { retryOf } from '../../protocol/codes.ts';
import type { Authenticated } from '../../protocol/messages.ts';
import { isCount, parseAuthenticated, parseError, parseModules, toFields } from '../../protocol/parse.ts';
import { askAuth } from '../auth.ts';
import type { Settings } from '../options.ts';
import { replaced } from '../reasons.ts';

/** Silence after which a visible group makes sure that the link is alive, and the bound on the answer. */
const pingAfterMs = 5_000;
const pingTimeoutMs = { least: 3_000, most: 12_000 };

interface Connector {
  start(): void;
  /** The network or the tab came back. */
  hint(): void;
  /** Looks for a half-open link now; by a timer too while the tab is visible. */
  probe(): void;
  /** Pings for the server's time: a tab does not know it, and can send no command without. */
  askTime(): void;
  /** The link to send on, `null` while it is not authenticated. */
  link(): Link | null;
  state(): ConnectionState;
  /** What makes a connection worthless although it stands: the link is closed and opened again by policy. */
  fail(reason: Reason): void;
  close(): void;
}

interface ConnectorDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly openLink: OpenLink;
  readonly visible: () => boolean;
  /** Fields of the handshake beside the app's own; awaited before each attempt. */
  readonly handshake: () => Promise<Readonly<Record<string, unknown>> | null>;
  /** `null`: a plain server. Returns why the connection must not be used. */
  readonly onAuthenticated: (greeting: Authenticated | null, socketId: string) => Reason | null;
  /** A token was renewed in mid-session: its modules; `null`: it names none. */
  readonly onRenewed: (modules: readonly string[] | null) => void;
  /** The server's time was asked for. */
  readonly onTime: (time: number) => void;
  /** What the companion greeted with may be acted upon: there is a link to send on. */
  readonly onOnline: (greeting: Authenticated) => void;
  readonly onPacket: (name: string, args: unknown[]) => void;
  readonly onDown: () => void;
  /** A refusal with fields that the leader itself has to act upon. */
  readonly onRefused: (code: string, data: unknown) => void;
  readonly onState: () => void;
  readonly onGiveUp: (reason: Reason) => void;
}

export function createConnector(deps: ConnectorDeps): Connector {
  const { settings, clock } = deps;
  let state: ConnectionState = { at: 'idle' };
  let link: Link | null = null;
  let stopTimer: Cancel | null = null;
  let stopPing: Cancel | null = null;
  let stopRenewal: Cancel | null = null;
  let heardAt = 0;
  let pingedAt: number | null = null;
  let timeWanted = false;
  /** For a ping's answer: what opening the link took, which is two round trips at least; then twice the last one. */
  let patienceMs = pingTimeoutMs.least;
  /** Counts links, so that a late callback of an old one is known. */
  let life = 0;

  function dispatch(event: ConnectionEvent): void {
    const before = state;
    const step = reduceConnection(state, event, settings.connection);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.type === 'close') closeLink(before.at === 'online', isSilence(event));
      else if (effect.type === 'authorize') void authorize();
      else if (effect.type === 'timer') setTimer(effect.ms);
      else if (effect.type === 'give-up') deps.onGiveUp(effect.reason);
    }
    if (state !== before) deps.onState();
  }

  function setTimer(ms: number | null): void {
    stopTimer?.();
    stopTimer = ms === null ? null : clock.after(ms, () => dispatch({ type: 'timer', random: clock.random() }));
  }

  function closeLink(wasOnline: boolean, dead: boolean): void {
    life += 1;
    link?.close(dead);
    link = null;
    stopPing?.();
    stopRenewal?.();
    pingedAt = null;
    timeWanted = false;
    if (wasOnline) deps.onDown();
  }

  async function authorize(): Promise<void> {
    life += 1;
    const mine = life;
    const isOver = (): boolean => mine !== life || state.at !== 'authorizing';
    const result = await askAuth(settings, clock);
    if (isOver()) return;
    if (!result.ok) return dispatch({ type: 'unauthorized', reason: result.reason });
    // Last: `auth` may take long, and who leads may be another by then.
    const handshake = await deps.handshake();
    if (isOver() || !handshake) return;
    dispatch({ type: 'authorized' });
    open({ ...result.auth, ...handshake });
  }

  function open(auth: Readonly<Record<string, unknown>>): void {
    life += 1;
    const mine = life;
    const current = (run: () => void): void => {
      if (mine === life) run();
    };
    let socketId = '';
    const openedAt = clock.now();
    link = deps.openLink(auth, {
      onOpen: (id) =>
        current(() => {
          socketId = id;
          heardAt = clock.now();
          setPatience(heardAt - openedAt);
          dispatch({ type: 'opened' });
          if (!settings.companion) greet(null, socketId);
        }),
      onPacket: (name, args) =>
        current(() => {
          heardAt = clock.now();
          if (state.at === 'online') deps.onPacket(name, args);
          // Only once it is open: nothing that is said before is of this connection.
          else if (state.at !== 'greeting') return;
          else if (name === 'authenticated') greet(parseAuthenticated(args[0]), socketId);
          // Another browser came at the same moment.
          else if (name === replaced.code) lose(replaced);
          else if (name === 'error') lose(parseError(args[0]) ?? transport('the server reported an error', true));
        }),
      onClose: (reason) => current(() => lose(transport(reason, settings.companion))),
      onRefused: ({ code, message, cause }) =>
        current(() => {
          deps.onRefused(code, cause);
          const detail = cause === undefined ? {} : { detail: cause };
          dispatch({ type: 'refused', reason: { code, message, ...detail }, random: clock.random() });
        }),
    });
  }

  function greet(greeting: Authenticated | null, socketId: string): void {
    if (settings.companion && !greeting) return lose({ code: 'no_companion', message: 'The greeting is malformed' });
    const objection = deps.onAuthenticated(greeting, socketId);
    if (objection) return lose(objection);
    dispatch({ type: 'authenticated' });
    // What the greeting changed is told even where the machine did not move (a plain server).
    deps.onState();
    if (greeting) deps.onOnline(greeting);
    schedulePing();
    if (greeting?.expiresInMs !== undefined) scheduleRenewal(greeting.expiresInMs);
  }

  function lose(reason: Reason): void {
    dispatch({ type: 'lost', reason, random: clock.random() });
  }

  function setPatience(ms: number): void {
    patienceMs = Math.min(Math.max(ms, pingTimeoutMs.least), pingTimeoutMs.most);
  }

  function schedulePing(): void {
    stopPing?.();
    // Engine.IO clients can't ping: with a plain server its own ping timeout rules.
    if (!settings.companion || state.at !== 'online') return;
    const silentMs = Math.max(1_000, heardAt + pingAfterMs - clock.now());
    stopPing = clock.after(pingedAt === null ? silentMs : patienceMs, () => {
      if (deps.visible() || pingedAt !== null) probe();
      schedulePing();
    });
  }

  function probe(): void {
    if (!link || state.at !== 'online' || !settings.companion) return;
    const now = clock.now();
    if (pingedAt !== null && heardAt < pingedAt) {
      if (now - pingedAt < patienceMs) return;
      const message = `No answer to a ping within ${patienceMs} ms`;
      return lose({ code: 'link_dead', message });
    }
    pingedAt = null;
    if (now - heardAt < pingAfterMs && !timeWanted) return;
    pingedAt = now;
    const asks = timeWanted;
    link.request('ping', [{}], (answer) => {
      heardAt = clock.now();
      setPatience((heardAt - now) * 2);
      pingedAt = null;
      const time = toFields(answer)?.time;
      if (!asks || !isCount(time)) return;
      timeWanted = false;
      deps.onTime(time);
      deps.onState();
    });
    schedulePing();
  }

  function scheduleRenewal(expiresInMs: number): void {
    // Early enough for a slow `auth`, late enough not to use up short lives.
    const aheadMs = Math.min(30_000, expiresInMs / 5, settings.authTimeoutMs * 2);
    const mine = life;
    const endsAt = clock.now() + expiresInMs;
    /** What failed for now is tried once more in what is left. */
    const again = (code: string | undefined): void => {
      const leftMs = endsAt - clock.now();
      if (mine === life && leftMs > 1_000 && code !== undefined && retryOf(code) !== 'never') scheduleRenewal(leftMs);
    };
    stopRenewal?.();
    stopRenewal = clock.after(expiresInMs - aheadMs, async () => {
      const result = await askAuth(settings, clock);
      if (mine !== life) return;
      if (!result.ok) return again(result.reason.code);
      link?.request('reauthenticate', [{ token: result.auth.token }], (answer) => {
        const fields = toFields(answer);
        if (fields?.ok !== true) return again(parseError(fields?.error)?.code);
        if (mine !== life) return;
        deps.onRenewed(parseModules(fields.modules));
        deps.onState();
        if (isCount(fields.expiresInMs)) scheduleRenewal(Math.max(1_000, fields.expiresInMs));
      });
    });
  }

  return {
    start: () => dispatch({ type: 'start' }),
    hint: () => dispatch({ type: 'hint' }),
    probe,
    askTime() {
      // A ping that is on its way may have been answered before the machine slept.
      if (!timeWanted) pingedAt = null;
      timeWanted = state.at === 'online';
      probe();
    },
    link: () => (state.at === 'online' ? link : null),
    state: () => state,
    fail: lose,
    close: () => dispatch({ type: 'stop' }),
  };
}

/** A ping went unanswered: not this namespace alone is cut off. A handshake may take long in one of them. */
function isSilence(event: ConnectionEvent): boolean {
  return event.type === 'lost' && event.reason.code === 'link_dead';
}

/** A plain server that disconnects a socket means it, as in socket.io-client; a companion would give a code. */
function transport(reason: string, companion: boolean): Reason {
  const message = `The connection ended: ${reason}`;
  if (reason !== 'io server disconnect') return { code: 'transport', message, detail: reason };
  return { code: companion ? 'transport' : 'closed_by_server', message };
}
