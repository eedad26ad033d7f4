import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClock } from './clock.ts';

afterEach(() => vi.unstubAllGlobals());

describe("the page's clock", () => {
  it('[P7] runs the tasks in order, each of them whatever the others throw, and reports', async () => {
    const errors: unknown[] = [];
    vi.stubGlobal('reportError', (error: unknown) => errors.push(error));
    const clock = createClock();
    const ran: number[] = [];
    await new Promise<void>((resolve) => {
      clock.soon(() => ran.push(1));
      clock.soon(() => {
        throw new Error('a task');
      });
      clock.soon(() => {
        ran.push(2);
        clock.soon(() => {
          ran.push(3);
          resolve();
        });
      });
    });
    expect([ran, errors]).toEqual([[1, 2, 3], [new Error('a task')]]);
  });

  it('[P10] makes ids where the context is not secure', () => {
    const { getRandomValues } = globalThis.crypto;
    vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(globalThis.crypto) });
    const clock = createClock();
    const ids = Array.from({ length: 100 }, () => clock.uniqueId());
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });
});
