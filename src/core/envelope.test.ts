import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as is from '../protocol/shape.fixture.ts';
import { isFromLeader, parseMessage } from './envelope.ts';
import { frame, fromLeader, head, isMessage, places, rows } from './messages.fixture.ts';

/** Put in the place of the words beside a code: see the codes' own test. */
const withoutReason = (message: object): unknown =>
  'link' in message ? { ...message, link: { connection: 'connected', serial: 1, recovered: false } } : message;

describe('the door between tabs', () => {
  it.each(rows)('lets $type through whole, also over a structured clone', ({ type, message }) => {
    const parsed = parseMessage(structuredClone(message));
    expect(parsed).toEqual(message);
    expect(parsed && isMessage(parsed)).toBe(true);
    expect(parsed && isFromLeader(parsed)).toBe(fromLeader[type]);
  });

  it.each(rows)('[P8] never throws at a spoiled $type, and gives null or what its type says', ({ message }) => {
    fc.assert(
      fc.property(is.spoiled(withoutReason(message)), (bad) => {
        const parsed = parseMessage(bad);
        expect(parsed === null || isMessage(parsed)).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect({}).not.toHaveProperty('polluted');
  });

  it('[P8] drops anything else', () => {
    fc.assert(fc.property(is.hostile, (bad) => parseMessage(bad) === null));
    for (const type of ['__proto__', 'constructor', 'toString', 'LEAD', '']) {
      expect(parseMessage({ ...head, type })).toBeNull();
    }
  });

  it.each([
    ['another version', { v: 2 }],
    ['no version', { v: undefined }],
    ['a term out of bounds', { term: 2 ** 52 }],
    ['a term that is no whole number', { term: 1.5 }],
    ['no sender', { from: '' }],
    ['a sender too long', { from: 'x'.repeat(129) }],
    ['a number that is none', { seq: '3' }],
    ['receivers that are no list', { to: 'u' }],
    ['too many receivers', { to: Array.from({ length: 1_001 }, () => 'u') }],
  ])('[P8] drops a message with %s', (_, change) => {
    expect(parseMessage({ ...head, type: 'ask' })).not.toBeNull();
    expect(parseMessage({ ...head, type: 'ask', ...change })).toBeNull();
  });

  it('[P8] drops a post of which one item is malformed, and one with too many', () => {
    const items = (list: readonly unknown[]): unknown => ({ ...head, type: 'items', items: list });
    expect(parseMessage(items([frame]))).not.toBeNull();
    expect(parseMessage(items([frame, { ...frame, prev: 10 }]))).toBeNull();
    expect(parseMessage(items(Array.from({ length: 1_001 }, () => frame)))).toBeNull();
  });

  it('[P8] carries nothing on that the type does not have', () => {
    const message = { ...head, type: 'hello', fresh: true, cursors: places, token: 'secret' };
    expect(Object.keys(parseMessage(message) ?? {})).not.toContain('token');
  });
});
