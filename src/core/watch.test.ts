import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginWatch, reduceWatch, type WatchEvent, type WatchState } from './watch.ts';

const timeoutMs = 4_000;
const silence = timeoutMs / 2;
const askMs = timeoutMs / 8;

/** A follower with a timer that fires when told; `say` keeps what it did and when. */
function follow(canSteal = true) {
  let state: WatchState = beginWatch(0);
  let now = 0;
  let dueAt = silence;
  const said: string[] = [];
  const on = (event: WatchEvent): void => {
    const step = reduceWatch(state, event, timeoutMs);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.type === 'wait') dueAt = now + effect.ms;
      else said.push(`${effect.type} ${now}`);
    }
  };
  return {
    said,
    on,
    at(ms: number) {
      now = ms;
    },
    /** The timer fires, so much too late. */
    fire(lateMs = 0) {
      now = dueAt + lateMs;
      on({ type: 'timer', now, lateMs, canSteal });
    },
    heard: () => on({ type: 'heard', now }),
    otherAsked: () => on({ type: 'other-asked', now }),
    echo: () => on({ type: 'echo' }),
  };
}

describe('the watch over the leader', () => {
  it('[P5] asks after half of the timeout, asks again, and then steals: within the timeout', () => {
    const tab = follow();
    tab.fire();
    tab.echo();
    tab.fire();
    tab.echo();
    tab.fire();
    expect(tab.said).toEqual([`ask ${silence}`, `ask ${silence + askMs}`, `steal ${silence + 2 * askMs}`]);
    // One more ask, inside the steal's own lock, still fits.
    expect(silence + 3 * askMs).toBeLessThan(timeoutMs);
  });

  it('[P5] begins anew after any sign of life', () => {
    const tab = follow();
    tab.fire();
    tab.echo();
    tab.heard();
    tab.fire();
    expect(tab.said).toEqual([`ask ${silence}`]);
    tab.fire();
    expect(tab.said).toEqual([`ask ${silence}`, `ask ${2 * silence}`]);
  });

  it('[P5] counts no silence while it was away itself: a late timer starts the count again', () => {
    const tab = follow();
    tab.fire();
    tab.echo();
    tab.fire();
    tab.echo();
    tab.fire(askMs + 1);
    expect(tab.said).toEqual([`ask ${silence}`, `ask ${silence + askMs}`]);
  });

  it('[P5] asks in vain as long as it does not hear itself', () => {
    const tab = follow();
    for (let n = 0; n < 20; n += 1) tab.fire();
    expect(tab.said.filter((what) => what.startsWith('steal'))).toEqual([]);
    expect(tab.said).toHaveLength(20);
  });

  it('[P5] does not steal where that is no use, and goes on watching', () => {
    const tab = follow(false);
    for (let n = 0; n < 12; n += 1) {
      tab.echo();
      tab.fire();
    }
    expect(tab.said.some((what) => what.startsWith('steal'))).toBe(false);
    expect(tab.said.length).toBeGreaterThan(4);
  });

  it("[P5] lets another tab's ask serve the group, and comes after both of them", () => {
    const tab = follow();
    tab.at(silence - 1);
    tab.otherAsked();
    tab.fire();
    expect(tab.said).toEqual([]);
    tab.fire();
    expect(tab.said).toEqual([`ask ${silence - 1 + 2 * askMs}`]);
    // One that asks already is not put off.
    tab.otherAsked();
    tab.echo();
    tab.fire();
    expect(tab.said).toHaveLength(2);
  });

  it('[P5] never steals from a leader that answers, nor without two asks in a row, on time and heard', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('fire' as const), lateMs: fc.constantFrom(0, 1, askMs, askMs + 1, 60_000) }),
      fc.constant({ do: 'echo' as const }),
      fc.constant({ do: 'heard' as const }),
      fc.constant({ do: 'other' as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const tab = follow();
        /** Asks since the last sign of life, each with whether it was heard and its timer was on time. */
        let asks: { echoed: boolean; onTime: boolean }[] = [];
        for (const next of steps) {
          const before = tab.said.length;
          const last = asks.at(-1);
          if (next.do === 'echo') {
            tab.echo();
            if (last) last.echoed = true;
          } else if (next.do === 'heard') {
            tab.heard();
            asks = [];
          } else if (next.do === 'other') tab.otherAsked();
          else {
            if (last) last.onTime = next.lateMs <= askMs;
            if (next.lateMs > askMs) asks = [];
            tab.fire(next.lateMs);
          }
          const what = tab.said.length > before ? (tab.said.at(-1) ?? '') : '';
          if (what.startsWith('ask')) asks.push({ echoed: false, onTime: true });
          if (!what.startsWith('steal')) continue;
          expect(asks.length).toBeGreaterThanOrEqual(2);
          expect(asks.slice(-2).every((ask) => ask.echoed && ask.onTime)).toBe(true);
          asks = [];
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('[P5] replaces a dead leader within the timeout, if its timers are on time and it hears itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: silence - 1 }), (heardAt) => {
        const tab = follow();
        tab.at(heardAt);
        tab.heard();
        for (let n = 0; n < 8 && !tab.said.some((what) => what.startsWith('steal')); n += 1) {
          tab.fire();
          tab.echo();
        }
        const stolenAt = Number(tab.said.at(-1)?.split(' ')[1]);
        expect(tab.said.at(-1)).toMatch('steal');
        expect(stolenAt + askMs - heardAt).toBeLessThan(timeoutMs);
      }),
    );
  });
});
