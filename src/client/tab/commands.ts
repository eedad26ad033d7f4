/** One tab's outbox with its timer and its callers. */
import type { TabBody } from '../../core/envelope.ts';
import {
  type Command,
  type CommandPost,
  emptyOutbox,
  type OutboxEvent,
  reduceOutbox,
  type Settlement,
} from '../../core/outbox.ts';
import type { Cancel, Clock } from '../../core/ports.ts';
import { createServerTime } from '../../core/server-time.ts';
import type { CommandAnswer } from '../../protocol/messages.ts';
import type { Settings } from '../options.ts';
import type { CommandInFlight } from '../trace-types.ts';
import type { CounterName } from '../types.ts';

export interface Commands {
  /** `onPost` and then `onSettled` run once at most, perhaps before this returns. */
  emit(command: Command, onSettled: (settlement: Settlement) => void, onPost: () => void): void;
  resend(): void;
  later(id: string, post: number): void;
  answer(id: string, answer: CommandAnswer): void;
  /** Another leader, or none. */
  leaderChanged(): void;
  abandon(code: string, ids?: ReadonlySet<string>): void;
  /** The server's time is known: what is emitted now can be stamped. */
  hasTime(): boolean;
  setTime(serverTime: number): void;
  /** Those without an outcome, oldest first. */
  pending(): readonly CommandInFlight[];
}

interface CommandsDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly reachable: () => boolean;
  /** False: it could not be posted. */
  readonly toLeader: (body: TabBody) => boolean;
  readonly count: (name: CounterName, by?: number) => void;
}

/** Wait for a server that can't take a command now, and as much again by chance. */
const busyMs = 1_000;

const counterByOutcome = { result: 'results', refused: 'refused', not_sent: 'notSent', unknown: 'unknown' } as const;

export function createCommands({ settings, clock, reachable, toLeader, count }: CommandsDeps): Commands {
  let outbox = emptyOutbox(settings.companion);
  const callers = new Map<
    string,
    { onPost: (() => void) | null; readonly onSettled: (settlement: Settlement) => void }
  >();
  const serverTime = createServerTime(clock);
  let stopTimer: Cancel | null = null;
  let dueAt = Number.POSITIVE_INFINITY;
  /** The last post before the present leader: it hears them too, late, and can't say whether another carried them. */
  let othersPosts = 0;
  /** To be sent again in one go, in order. */
  let busy: Set<string> | null = null;

  function dispatch(event: OutboxEvent): void {
    const { state, effects } = reduceOutbox(outbox, event);
    outbox = state;
    schedule();
    for (const effect of effects) {
      if (effect.type === 'post') send(effect.post);
      else if (effect.type === 'again') sendAgain(effect.id);
      else {
        count(counterByOutcome[effect.settlement.outcome]);
        const caller = callers.get(effect.id);
        callers.delete(effect.id);
        caller?.onSettled(effect.settlement);
      }
    }
  }

  function send(post: CommandPost): void {
    const caller = callers.get(post.id);
    caller?.onPost?.();
    if (caller) caller.onPost = null;
    if (toLeader({ type: 'command', ...post })) return;
    // What can't be cloned was not sent, and won't be.
    dispatch({ type: 'later', id: post.id, post: post.post });
    dispatch({ type: 'abandon', ids: new Set([post.id]), code: 'invalid_payload' });
  }

  function sendAgain(id: string): void {
    if (busy) return void busy.add(id);
    const ids = new Set([id]);
    busy = ids;
    clock.after(busyMs * (1 + clock.random()), () => {
      busy = null;
      if (reachable()) dispatch({ type: 'resend', ids, ...stamp() });
    });
  }

  function schedule(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const entry of outbox.entries.values()) next = Math.min(next, entry.dueAt);
    if (next === dueAt) return;
    dueAt = next;
    stopTimer?.();
    stopTimer = null;
    if (next === Number.POSITIVE_INFINITY) return;
    stopTimer = clock.after(Math.max(0, next - clock.now()), () => {
      dueAt = Number.POSITIVE_INFINITY;
      dispatch({ type: 'tick', now: clock.now() });
    });
  }

  const stamp = (): { now: number; time: number | null } => ({
    now: clock.now(),
    time: serverTime.now(),
  });

  return {
    emit(command, onSettled, onPost) {
      callers.set(command.id, { onSettled, onPost });
      dispatch({ type: 'emit', command, reachable: reachable(), ...stamp() });
    },
    resend() {
      if (reachable()) dispatch({ type: 'resend', ...stamp() });
    },
    later(id, post) {
      if (post > othersPosts) dispatch({ type: 'later', id, post });
    },
    answer: (id, answer) => dispatch({ type: 'answer', id, answer }),
    leaderChanged() {
      othersPosts = outbox.posts;
      if (!settings.companion) dispatch({ type: 'lost' });
    },
    abandon: (code, ids) => dispatch({ type: 'abandon', code, ...(ids && { ids }) }),
    hasTime: () => serverTime.now() !== null,
    setTime: serverTime.hear,
    pending: () =>
      [...outbox.entries.values()].map(({ id, name, open, dueAt }) => ({
        id,
        name,
        sent: open.size > 0,
        dueInMs: Number.isFinite(dueAt) ? Math.max(0, dueAt - clock.now()) : null,
      })),
  };
}
