import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveUser } from './identity.ts';

const jwt = (claims: object): string => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;

describe('whose tabs these are', () => {
  it('[P6] the subject of a token, the same for each of its tokens', () => {
    expect(deriveUser({ token: jwt({ sub: 'ü-1', exp: 1 }) })).toBe(deriveUser({ token: jwt({ sub: 'ü-1', exp: 2 }) }));
    expect(deriveUser({ token: jwt({ sub: 7 }) })).toBe('sub:7');
    expect(deriveUser({ token: jwt({ sub: 'a' }) })).not.toBe(deriveUser({ token: jwt({ sub: 'b' }) }));
  });

  it('[P6] else tells any two auths apart, and never throws at a token', () => {
    expect(deriveUser({})).toBe('anonymous');
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(deriveUser({ token: a }) === deriveUser({ token: b })).toBe(a === b);
        expect(deriveUser({ token: `a.${b}.c` })).toMatch(/^(?:sub|hash):/);
      }),
    );
  });
});
