import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandAnswer } from '../protocol/messages.ts';
import { type Command, emptyOutbox, type OutboxEvent, reduceOutbox, type Settlement } from './outbox.ts';

const id = fc.constantFrom('a', 'b', 'c');
const post = fc.integer({ min: 1, max: 12 });
const now = fc.nat(300);
const time = fc.option(fc.nat(1_000));
const answer: fc.Arbitrary<CommandAnswer> = fc.oneof(
  fc.record({ ok: fc.constant(true as const), result: fc.anything() }),
  fc.record({
    ok: fc.constant(false as const),
    error: fc.record({
      code: fc.constantFrom('forbidden', 'expired', 'lease_ended', 'unavailable'),
      message: fc.string(),
    }),
  }),
);
/** Emits get an id each when they run: nobody emits one id twice. */
const step = fc.oneof(
  fc.record({
    type: fc.constant('emit' as const),
    wantsAnswer: fc.boolean(),
    timeoutMs: fc.integer({ min: 1, max: 200 }),
    reachable: fc.boolean(),
    now,
    time,
  }),
  fc.record({ type: fc.constant('resend' as const), now, time }),
  fc.record({ type: fc.constant('later' as const), id, post }),
  fc.record({ type: fc.constant('answer' as const), id, answer }),
  fc.constant({ type: 'lost' as const }),
  fc.record({ type: fc.constant('tick' as const), now }),
  fc.record({ type: fc.constant('abandon' as const), ids: fc.constant(new Set(['b'])), code: fc.constant('closed') }),
);

interface Story {
  readonly emitted: readonly string[];
  readonly settlements: ReadonlyMap<string, readonly Settlement[]>;
  readonly unsettled: readonly string[];
}

/** Runs the steps and checks after each what must hold at every moment. */
function run(resends: boolean, steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): Story {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const emitted: string[] = [];
  const settlements = new Map<string, Settlement[]>();
  const openById = new Map<string, Set<number>>();
  const posts: number[] = [];
  let state = emptyOutbox(resends);

  for (const next of steps) {
    let event: OutboxEvent;
    if (next.type === 'emit') {
      const name = names[emitted.length];
      if (!name) continue;
      emitted.push(name);
      const { wantsAnswer, timeoutMs, ...rest } = next;
      const command: Command = { id: name, name: 'n', args: [], wantsAnswer, timeoutMs };
      event = { ...rest, command };
    } else event = next;
    if (event.type === 'later') openById.get(event.id)?.delete(event.post);
    const result = reduceOutbox(state, event);
    state = result.state;
    let last = -1;
    for (const effect of result.effects) {
      if (effect.type === 'post') {
        const open = openById.get(effect.post.id) ?? new Set();
        // To a server without command ids nothing is sent while it may have arrived already.
        if (!resends) expect(open.size).toBe(0);
        openById.set(effect.post.id, open.add(effect.post.post));
        posts.push(effect.post.post);
        expect(emitted.indexOf(effect.post.id)).toBeGreaterThan(last);
        last = emitted.indexOf(effect.post.id);
      } else if (effect.type === 'again') {
        // Only where it may have run, and then it has not its outcome yet.
        expect(openById.get(effect.id)?.size).toBeGreaterThan(1);
        expect(state.entries.has(effect.id)).toBe(true);
      } else {
        const list = settlements.get(effect.id) ?? [];
        settlements.set(effect.id, [...list, effect.settlement]);
        const open = openById.get(effect.id)?.size ?? 0;
        if (effect.settlement.outcome === 'not_sent') expect(open).toBe(0);
        const { settlement } = effect;
        // What says no of one post only is no refusal of another.
        if (settlement.outcome === 'refused' && settlement.code === 'unavailable') expect(open).toBeLessThan(2);
        const unanswered = event.type !== 'answer';
        if (unanswered && effect.settlement.outcome === 'unknown') expect(open).toBeGreaterThan(0);
      }
    }
    expect(posts).toEqual([...new Set(posts)].sort((x, y) => x - y));
  }
  return { emitted, settlements, unsettled: [...state.entries.keys()] };
}

describe('the outbox', () => {
  it.each([true, false])(
    '[P3] gives each command one outcome, not_sent only if nothing is open (ids: %s)',
    (resends) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
          const { emitted, settlements, unsettled } = run(resends, steps);
          for (const name of emitted) {
            const count = settlements.get(name)?.length ?? 0;
            expect(count + (unsettled.includes(name) ? 1 : 0)).toBe(1);
          }
          expect([...settlements.keys()].filter((name) => !emitted.includes(name))).toEqual([]);
        }),
        { numRuns: 500 },
      );
    },
  );

  it('[P3] every wait for an answer ends by its time, whatever came before', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 20 }), (resends, steps) => {
        const waiting = steps.map((next) => (next.type === 'emit' ? { ...next, wantsAnswer: true } : next));
        const { unsettled } = run(resends, [...waiting, { type: 'tick', now: 1_000 }]);
        expect(unsettled).toEqual([]);
      }),
    );
  });
});
