import { describe, expect, it } from 'vitest';
import { fitsInto } from './packet-size.ts';

describe('[P8] the size of a packet', () => {
  it.each([
    ['text up to the limit', 1_000, ['x'.repeat(890)], true],
    ['text beyond it', 1_000, ['x'.repeat(990)], false],
    ['characters of three bytes', 1_000, ['\u20ac'.repeat(300)], false],
    ['two halves that are too much together', 1_000, ['x'.repeat(500), 'x'.repeat(500)], false],
    ['binary, which goes by itself', 1_000, [{ a: new Uint8Array(900), b: new ArrayBuffer(900) }], true],
    ['one binary part that is too large', 1_000, [{ a: new Uint8Array(1_001) }], false],
    ['a file', 1_000, [new Blob(['x'.repeat(1_001)])], false],
    ['no limit', Number.POSITIVE_INFINITY, ['x'.repeat(2_000_000)], true],
  ])('%s', (_, maxBytes, content, fits) => {
    expect(fitsInto(maxBytes, content)).toBe(fits);
  });
});
