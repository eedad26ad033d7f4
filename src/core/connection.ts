/**
 * The leader's connection: when to ask `auth`, open, wait, give up. One owner of retry.
 * Pure; one timer is alive at most, and every state but `idle`, `authorizing`, `online` and `given-up` is bounded by it
 * (a call of `auth` is bounded by whoever makes it).
 */
import { retryOf } from '../protocol/codes.ts';
import { type Backoff, backoffMs } from './backoff.ts';

export interface Reason {
  readonly code: string;
  readonly message: string;
  /** What Socket.IO gave: the `data` of a refusal, or its word for the end of a connection. */
  readonly detail?: unknown;
}

export type ConnectionState =
  | { readonly at: 'idle' }
  /** The app's `auth` runs. */
  | { readonly at: 'authorizing'; readonly retries: number; readonly refusals: number }
  /** The transport connects and the server's middleware decides. */
  | { readonly at: 'opening'; readonly retries: number; readonly refusals: number }
  /** Connected; the companion's first packet is awaited. */
  | { readonly at: 'greeting'; readonly retries: number; readonly refusals: number }
  /** `retries` are forgotten when it has been up for `stableMs`: a server that accepts and drops is no reason to spin. */
  | { readonly at: 'online'; readonly retries: number }
  | { readonly at: 'waiting'; readonly retries: number; readonly refusals: number; readonly reason: Reason }
  /** Only `start` leads out. The tab leaves the election. */
  | { readonly at: 'given-up'; readonly reason: Reason };

export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'authorized' }
  /** `auth` answered null, threw or was too slow. */
  | { readonly type: 'unauthorized'; readonly reason: Reason }
  | { readonly type: 'opened' }
  | { readonly type: 'authenticated' }
  /** The server refused, or said why it ends the connection. */
  | { readonly type: 'refused'; readonly reason: Reason; readonly random: number }
  | { readonly type: 'lost'; readonly reason: Reason; readonly random: number }
  | { readonly type: 'timer'; readonly random: number }
  /** The network or the tab came back: do not sit out a wait. */
  | { readonly type: 'hint' }
  | { readonly type: 'stop' };

export type ConnectionEffect =
  | { readonly type: 'authorize' | 'open' | 'close' }
  /** Replaces the timer; `null`: none. */
  | { readonly type: 'timer'; readonly ms: number | null }
  | { readonly type: 'give-up'; readonly reason: Reason };

export interface ConnectionOptions extends Backoff {
  /** Bound on opening, and again on the companion's first packet. */
  readonly timeoutMs: number;
  /** False: connected is authenticated. */
  readonly companion: boolean;
}

interface Step {
  readonly state: ConnectionState;
  readonly effects: readonly ConnectionEffect[];
}

/** A connection that lasted this long starts the next series of tries anew. */
const stableMs = 5_000;

const stopTimer: ConnectionEffect = { type: 'timer', ms: null };

export function reduceConnection(state: ConnectionState, event: ConnectionEvent, options: ConnectionOptions): Step {
  const none: Step = { state, effects: [] };
  const live = state.at === 'opening' || state.at === 'greeting' || state.at === 'online';
  switch (event.type) {
    case 'start':
      return state.at === 'idle' || state.at === 'given-up' ? authorize(0, 0) : none;
    case 'authorized': {
      if (state.at !== 'authorizing') return none;
      const timer: ConnectionEffect = { type: 'timer', ms: options.timeoutMs };
      return { state: { ...state, at: 'opening' }, effects: [{ type: 'open' }, timer] };
    }
    case 'unauthorized':
      return state.at === 'authorizing' ? giveUp(event.reason) : none;
    case 'opened':
      if (state.at !== 'opening') return none;
      if (!options.companion) return online(state.retries);
      return { state: { ...state, at: 'greeting' }, effects: [{ type: 'timer', ms: options.timeoutMs }] };
    case 'authenticated':
      return state.at === 'greeting' ? online(state.retries) : none;
    case 'refused':
    case 'lost':
      return live ? retry(state, event.reason, event.random, options) : none;
    case 'timer':
      if (state.at === 'waiting') return authorize(state.retries, state.refusals);
      if (state.at === 'opening') {
        const reason = { code: 'handshake_timeout', message: 'timeout' };
        return retry(state, reason, event.random, options);
      }
      if (state.at === 'online') return { state: { at: 'online', retries: 0 }, effects: [] };
      if (state.at !== 'greeting') return none;
      // Once in a row it may be a link that died before the greeting came.
      if (state.refusals === 0) return retry({ ...state, refusals: 1 }, ungreeted, event.random, options);
      return giveUp(noCompanion);
    case 'hint':
      return state.at === 'waiting' ? authorize(state.retries, state.refusals) : none;
    case 'stop':
      return state.at === 'idle' ? none : { state: { at: 'idle' }, effects: [{ type: 'close' }, stopTimer] };
    default:
      return event satisfies never;
  }
}

const ungreeted: Reason = {
  code: 'handshake_timeout',
  message: 'Connected, but not greeted in time: does the server run attachRealtime(io)?',
};

const noCompanion: Reason = {
  code: 'no_companion',
  message: 'The server did not answer as a companion: attach it with attachRealtime(io), or leave out `companion`',
};

function online(retries: number): Step {
  return { state: { at: 'online', retries }, effects: [{ type: 'timer', ms: stableMs }] };
}

function authorize(retries: number, refusals: number): Step {
  return { state: { at: 'authorizing', retries, refusals }, effects: [stopTimer, { type: 'authorize' }] };
}

function giveUp(reason: Reason): Step {
  return { state: { at: 'given-up', reason }, effects: [{ type: 'close' }, stopTimer, { type: 'give-up', reason }] };
}

function retry(from: ConnectionState, reason: Reason, random: number, options: ConnectionOptions): Step {
  const { retries } = 'retries' in from ? from : { retries: 0 };
  const refused = 'refusals' in from ? from.refusals : 0;
  const policy = retryOf(reason.code);
  if (policy === 'never') return giveUp(reason);
  // A second refusal in a row means that the app's `auth` has nothing better to give.
  if (policy === 'after-auth' && refused > 0) return giveUp(reason);
  if (retries >= options.reconnectionAttempts) {
    return giveUp({ ...reason, code: 'attempts_exhausted' });
  }
  const refusals = policy === 'after-auth' ? refused + 1 : refused;
  if (policy !== 'backoff' && retries === 0) {
    const step = authorize(1, refusals);
    return { ...step, effects: [{ type: 'close' }, ...step.effects] };
  }
  const ms = backoffMs(options, retries, random);
  const effects: readonly ConnectionEffect[] = [{ type: 'close' }, { type: 'timer', ms }];
  return { state: { at: 'waiting', retries: retries + 1, refusals, reason }, effects };
}
