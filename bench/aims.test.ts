import { describe, expect, it } from 'vitest';
import { judge } from './aims.ts';
import type { Mode } from './modes.ts';
import type { Run, Samples } from './run.ts';

const run = (mode: Mode, samples: Samples): Run => ({
  scenario: 's',
  mode,
  tabs: 5,
  round: 1,
  loadBefore: 0,
  outcome: { samples, faults: [] },
});

describe('judge', () => {
  const aim = { scenario: 's', metric: 'ms', tabs: 5, factor: 1.2, of: 'c' } as const;

  it('compares medians over all rounds', () => {
    const runs = [run('c', { ms: [10, 90] }), run('c', { ms: [20] }), run('f', { ms: [24, 1, 500] })];
    expect(judge(aim, runs)).toMatchObject({ ours: 24, theirs: 20, ratio: 1.2, allowed: 24, met: true });
  });
  it('allows our own extra on top', () => {
    const runs = [run('c', { ms: [10] }), run('f', { ms: [15], replayMs: [3] })];
    expect(judge(aim, runs)?.met).toBe(false);
    expect(judge({ ...aim, plus: 'replayMs' }, runs)).toMatchObject({ allowed: 15, met: true });
  });
  it('holds every value to a limit that is always to be kept', () => {
    const lost = { scenario: 's', metric: 'lost', tabs: 5, limit: 0, always: true };
    expect(judge(lost, [run('f', { lost: [0, 0, 1] })])).toMatchObject({ ours: 1, met: false });
    expect(judge(lost, [run('f', { lost: [0, 0, 0] })])?.met).toBe(true);
  });
  it('has no verdict without both sides', () => {
    expect(judge(aim, [run('f', { ms: [1] })])).toBeNull();
    expect(judge(aim, [run('c', { ms: [1] })])).toBeNull();
  });
});
