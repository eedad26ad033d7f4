import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { jwt } from './auth.ts';
import { toToken } from './identity.ts';

const context = { auth: {}, now: 1_000_000_000 };
const claims = { sub: 'u', email: 'u@x.y', role: 'admin', shopId: 7, modules: ['orders', 3], exp: 1_000_100 };

describe('jwt', () => {
  it('takes the identity from a token signed by the one key, and from nothing else', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const other = await generateKeyPair('RS256');
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }];
    const sign = (key: typeof privateKey, payload: object) =>
      new SignJWT({ ...payload }).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key);
    const good = await sign(privateKey, claims);
    const forged = await sign(other.privateKey, claims);
    // The public key taken for a shared secret: the classic confusion.
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'k' })
      .sign(new TextEncoder().encode(await exportSPKI(publicKey)));
    for (const authenticate of [
      jwt({ publicKey, algorithms: ['RS256'] }),
      jwt({ jwks: { keys }, algorithms: ['RS256'] }),
    ]) {
      expect(await authenticate(good, context)).toEqual({
        userId: 'u',
        email: 'u@x.y',
        role: 'admin',
        shopId: '7',
        modules: ['orders'],
        expiresAt: 1_000_100_000,
      });
      for (const bad of [forged, confused, `${good}x`, 'x.y.z', '', undefined]) {
        await expect(authenticate(bad, context)).rejects.toMatchObject({ code: 'unauthorized' });
      }
      await expect(authenticate(good, { ...context, now: 1_000_100_000 })).rejects.toMatchObject({
        code: 'token_expired',
      });
    }
  });

  it('checks issuer and audience, and asks for a user', async () => {
    const secret = 'a secret of thirty-two characters';
    const sign = (payload: object) =>
      new SignJWT({ exp: 1_000_100, ...payload })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(secret));
    const authenticate = jwt({ secret, algorithms: ['HS256'], issuer: 'shop', audience: ['web'] });
    expect(await authenticate(await sign({ userId: 5, iss: 'shop', aud: 'web' }), context)).toMatchObject({
      userId: '5',
    });
    for (const bad of [
      { sub: 'u', iss: 'else', aud: 'web' },
      { sub: 'u', iss: 'shop' },
      { iss: 'shop', aud: 'web' },
    ]) {
      await expect(authenticate(await sign(bad), context)).rejects.toMatchObject({ code: 'unauthorized' });
    }
  });

  it('can not be set up to check nothing', () => {
    expect(() => jwt({ secret: '', algorithms: ['HS256'] })).toThrow(TypeError);
    expect(() => jwt({ secret: 'x', algorithms: [] })).toThrow(TypeError);
    expect(() => jwt({ secret: 'x', algorithms: ['none'] })).toThrow(TypeError);
    expect(() => jwt({ algorithms: ['HS256'] })).toThrow(TypeError);
  });

  it('accepts a token with and without Bearer', () => {
    expect([toToken('Bearer a.b'), toToken('bearer  a.b'), toToken('a.b'), toToken('Bearer '), toToken(5)]).toEqual([
      'a.b',
      'a.b',
      'a.b',
      undefined,
      undefined,
    ]);
  });
});
