/**
 * Which channels the connection is in: the union of what the tabs want. A channel that nobody wants any more
 * is kept for a while, so that a reload does not cost a new start.
 */
import type { Cancel, Clock } from '../../core/ports.ts';
import { isChannel } from '../../protocol/channel.ts';
import { type Cursor, type Cursors, only } from '../../protocol/cursor.ts';
import { limits } from '../../protocol/limits.ts';
import { parseCursors, toFields } from '../../protocol/parse.ts';
import type { Intake } from './intake.ts';
import { maxTabs } from './roster.ts';

/** How long a channel without a tab is kept, and a stored place without a channel. */
const lingerMs = 10_000;
const answerTimeoutMs = 5_000;
const retryMs = 1_000;

interface Subscriptions {
  /** All that a tab wants now, with the places where it stands. */
  set(tab: string, streams: readonly string[], cursors: Cursors): void;
  forget(tab: string): void;
  /** The server does not let these tabs in, or no longer. */
  refused(stream: string): void;
  /** A connection is there, which is in these streams. */
  online(streams: Cursors): void;
  offline(): void;
  /** Where the channels stand, with the stored places that a tab may still ask for: what is worth storing. */
  places(): Cursors;
  close(): void;
}

interface SubscriptionsDeps {
  readonly clock: Clock;
  /** Sends; without a connection it does nothing. */
  readonly request: (name: string, payload: unknown, onAnswer: (answer: unknown) => void) => void;
  readonly intake: Pick<Intake, 'positions' | 'open' | 'forget' | 'refuse'>;
}

export function createSubscriptions(deps: SubscriptionsDeps, start: Cursors): Subscriptions {
  const { clock, intake, request } = deps;
  const stored = only(isChannel, start);
  const wantedByTab = new Map<string, ReadonlySet<string>>();
  const storedUntil = clock.now() + lingerMs;
  /** Where a tab stood in a channel that the connection is not in. */
  const places = new Map<string, Cursor>(Object.entries(stored));
  const lingering = new Map<string, Cancel>();
  /** Channels that the server knows of; `null` without a connection. */
  let joined: Set<string> | null = null;
  /** Ends the wait for an answer, or for the next try. */
  let stopAsking: Cancel | null = null;
  /** Counts connections and questions, so that a late answer is known. */
  let turn = 0;

  const wanted = (): Set<string> => new Set([...wantedByTab.values()].flatMap((streams) => [...streams]));

  function update(): void {
    const all = wanted();
    for (const stream of Object.keys(intake.positions()).filter(isChannel)) {
      if (!all.has(stream)) linger(stream);
    }
    for (const [stream, stop] of lingering) {
      if (!all.has(stream)) continue;
      stop();
      lingering.delete(stream);
    }
    if (!joined || stopAsking) return;
    const missing = [...all].filter((stream) => joined?.has(stream) === false);
    // Nobody waits for what only lingers: the oldest goes.
    for (const stream of lingering.keys()) if (joined.size + missing.length > limits.channels) leave(stream);
    // The server would leave out what is too much, as it does what it forbids: that waits for room.
    const asked = missing.slice(0, Math.max(0, limits.channels - joined.size));
    if (asked.length > 0) ask(asked);
  }

  function linger(stream: string): void {
    if (!lingering.has(stream))
      lingering.set(
        stream,
        clock.after(lingerMs, () => {
          leave(stream);
          update();
        }),
      );
  }

  function leave(stream: string): void {
    lingering.get(stream)?.();
    lingering.delete(stream);
    if (joined?.delete(stream)) request('unsubscribe', { streams: [stream] }, () => {});
    intake.forget(stream);
  }

  function placeOf(stream: string): Cursor | null {
    const isPast = stored[stream] === places.get(stream) && clock.now() > storedUntil;
    return intake.positions()[stream] ?? (isPast ? null : places.get(stream)) ?? null;
  }

  function ask(streams: readonly string[]): void {
    turn += 1;
    const mine = turn;
    const asked = new Map(streams.map((stream) => [stream, placeOf(stream)]));
    stopAsking = clock.after(answerTimeoutMs, again);
    request('subscribe', { streams: Object.fromEntries(asked) }, (answer) => {
      if (mine !== turn) return;
      const fields = toFields(answer);
      const granted = fields?.success === true ? parseCursors(fields.streams) : null;
      stopAsking?.();
      if (!granted) {
        stopAsking = clock.after(retryMs, again);
        return;
      }
      stopAsking = null;
      for (const [stream, place] of asked) take(stream, place, granted[stream]);
      update();
    });
  }

  function again(): void {
    stopAsking = null;
    update();
  }

  function take(stream: string, place: Cursor | null, start: Cursor | undefined): void {
    places.delete(stream);
    if (!start) {
      refused(stream);
      return intake.refuse(stream);
    }
    joined?.add(stream);
    // From the place that was asked for: what follows is on its way, or a refresh.
    if (!intake.positions()[stream]) intake.open(stream, place ?? start);
  }

  function refused(stream: string): void {
    joined?.delete(stream);
    for (const [tab, streams] of wantedByTab) {
      if (streams.has(stream)) wantedByTab.set(tab, new Set([...streams].filter((other) => other !== stream)));
    }
  }

  function offline(): void {
    turn += 1;
    joined = null;
    stopAsking?.();
    stopAsking = null;
  }

  return {
    set(tab, streams, cursors) {
      if (!wantedByTab.has(tab) && wantedByTab.size >= maxTabs) return;
      if (streams.length > 0) wantedByTab.set(tab, new Set(streams));
      else wantedByTab.delete(tab);
      for (const stream of streams) {
        const cursor = cursors[stream];
        if (cursor && !joined?.has(stream)) places.set(stream, cursor);
      }
      update();
    },
    forget(tab) {
      if (wantedByTab.delete(tab)) update();
    },
    refused(stream) {
      refused(stream);
      update();
    },
    online(streams) {
      offline();
      joined = new Set(Object.keys(streams).filter(isChannel));
      update();
    },
    offline,
    places() {
      const kept = clock.now() > storedUntil ? {} : stored;
      const all = Object.entries({ ...kept, ...only(isChannel, intake.positions()) });
      // With more than a tab may be in, nothing of what is stored would be read.
      return Object.fromEntries(all.slice(-limits.channels));
    },
    close() {
      offline();
      for (const stop of lingering.values()) stop();
    },
  };
}
