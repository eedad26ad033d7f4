import { describe, expect, it } from 'vitest';
import { callPlainListeners } from './plain-listeners.ts';
import type { PlainListener } from './ports.ts';

const call = (listeners: readonly PlainListener[], ...args: unknown[]) => {
  const late: unknown[] = [];
  return { late, answer: callPlainListeners(listeners, args, (error) => late.push(error)) };
};
const ack = (args: readonly unknown[]) => args.at(-1) as (result?: unknown) => void;

describe('ordinary listeners as handlers of a command', () => {
  it('answer by the acknowledgement, or have none to give', async () => {
    const answers = (_a: unknown, reply: unknown): void => (reply as (result: unknown) => void)('yes');
    expect(await call([answers as PlainListener], 1).answer).toBe('yes');
    expect(await call([() => {}], 1).answer).toBeUndefined();
  });

  it('[P7] what one rejects with is its failure before the answer, and reported after it', async () => {
    const early = call(
      [
        async (_a: unknown, _reply: unknown) => {
          throw new Error('early');
        },
      ],
      1,
    );
    await expect(early.answer).rejects.toThrow('early');
    const late = call([
      async (...args: unknown[]) => {
        ack(args)('done');
        throw new Error('late');
      },
    ]);
    expect(await late.answer).toBe('done');
    await new Promise((resolve) => setImmediate(resolve));
    expect([early.late, late.late]).toEqual([[], [new Error('late')]]);
  });
});
