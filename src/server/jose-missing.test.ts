/** `jose` is an optional peer: only whoever calls `jwt()` needs it. */
import { describe, expect, it, vi } from 'vitest';
import { attachRealtime, jwt } from './index.ts';
import { createWorld } from './realtime.fixture.ts';

vi.mock('jose', () => {
  throw new Error("Cannot find package 'jose'");
});

describe('without jose', () => {
  it('the companion runs with an `authenticate` of its own', async () => {
    expect(typeof attachRealtime).toBe('function');
    const { enter } = createWorld();
    const { answer } = await enter('u');
    expect(answer.ok).toBe(true);
  });

  it("jwt() refuses for a while, and the app's log says what to install", async () => {
    const lines: unknown[] = [];
    const logger = { warn: (...line: unknown[]) => lines.push(line), error: () => {} };
    const authenticate = jwt({ secret: 'x'.repeat(32), algorithms: ['HS256'] });
    const { enter } = createWorld({ authenticate, logger });
    const { answer } = await enter('some.thing.signed');
    expect(answer).toMatchObject({ ok: false, code: 'unavailable', message: 'The token can not be checked now' });
    expect(lines).toEqual([
      [
        'A token was refused (unavailable): The token can not be checked now',
        'jwt() needs the package jose: npm install jose',
      ],
    ]);
  });
});
