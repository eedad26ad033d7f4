/** The leader's `request_sync`s: one in flight per stream, for itself and for tabs that the ring can't serve. */
import type { Cancel, Clock } from '../../core/ports.ts';
import { passing } from '../../protocol/codes.ts';
import type { Cursor } from '../../protocol/cursor.ts';
import type { Frame, Refresh, SyncAnswer } from '../../protocol/messages.ts';

/** After this long without an answer the stream may be asked for again. */
const answerTimeoutMs = 5_000;

interface Syncer<Consumer> {
  /** Replaces the consumer's earlier, unanswered wish for that stream. */
  ask(stream: string, consumer: Consumer, cursor: Cursor): void;
  /** The link is gone, and with it every answer. */
  reset(): void;
}

interface SyncerDeps<Consumer> {
  readonly clock: Clock;
  /** False when there is no connection to ask on: the wish is dropped, the hole asks again. */
  request(stream: string, cursor: Cursor, onAnswer: (answer: SyncAnswer | null) => void): boolean;
  onFrame(to: readonly Consumer[], frame: Frame): void;
  onRefresh(to: readonly Consumer[], refresh: Refresh): void;
  /** All that there is has been given. `epoch`: of the answer; none: it was no help. */
  onAnswered(to: readonly Consumer[], stream: string, epoch?: string): void;
}

interface Queue<Consumer> {
  readonly waiting: Map<Consumer, Cursor>;
  stopTimer: Cancel | null;
}

export function createSyncer<Consumer>(deps: SyncerDeps<Consumer>): Syncer<Consumer> {
  const queues = new Map<string, Queue<Consumer>>();
  let life = 0;

  function pump(stream: string, queue: Queue<Consumer>): void {
    const first = queue.waiting.values().next().value;
    if (queue.stopTimer) return;
    // Streams come and go: nothing is kept of those that nobody asks for.
    if (!first) return void queues.delete(stream);
    const group = [...queue.waiting].filter(([, cursor]) => cursor.epoch === first.epoch);
    const from = { epoch: first.epoch, id: Math.min(...group.map(([, cursor]) => cursor.id)) };
    const began = life;
    let answered = false;
    const onAnswer = (answer: SyncAnswer | null): void => {
      if (answered || began !== life) return;
      answered = true;
      queue.stopTimer?.();
      queue.stopTimer = null;
      give(stream, queue, group, from, answer);
      pump(stream, queue);
    };
    if (!deps.request(stream, from, onAnswer)) return queue.waiting.clear();
    queue.stopTimer = deps.clock.after(answerTimeoutMs, () =>
      onAnswer({ error: { code: 'unavailable', message: '' } }),
    );
  }

  function give(
    stream: string,
    queue: Queue<Consumer>,
    group: readonly (readonly [Consumer, Cursor])[],
    from: Cursor,
    answer: SyncAnswer | null,
  ): void {
    const done = (to: readonly Consumer[]): void => {
      for (const consumer of to) queue.waiting.delete(consumer);
    };
    if (answer && 'fullRefresh' in answer) {
      // Only who asked from the lowest place is known to be beyond help; the others ask for themselves.
      const to = group.filter(([, cursor]) => cursor.id === from.id).map(([consumer]) => consumer);
      done(to);
      return deps.onRefresh(to, { stream, ...answer.fullRefresh });
    }
    const to = group.map(([consumer]) => consumer);
    if (!answer || 'error' in answer || answer.stream !== stream) {
      done(to);
      // What says nothing about the hole is no try: it is asked for again.
      const counts = !(answer && 'error' in answer && passing.includes(answer.error.code));
      return counts ? deps.onAnswered(to, stream) : undefined;
    }
    const { more, ...frame } = answer;
    deps.onFrame(to, frame);
    // A page that brings nothing forward would be asked for for ever.
    if (more && frame.epoch === from.epoch && frame.id > from.id) {
      for (const [consumer, cursor] of group) {
        queue.waiting.set(consumer, { epoch: frame.epoch, id: Math.max(cursor.id, frame.id) });
      }
      return;
    }
    done(to);
    deps.onAnswered(to, stream, frame.epoch);
  }

  return {
    ask(stream, consumer, cursor) {
      const queue = queues.get(stream) ?? { waiting: new Map<Consumer, Cursor>(), stopTimer: null };
      queues.set(stream, queue);
      queue.waiting.set(consumer, cursor);
      pump(stream, queue);
    },
    reset() {
      life += 1;
      for (const queue of queues.values()) queue.stopTimer?.();
      queues.clear();
    },
  };
}
