/** JSON Web Tokens, by jose: the only file that needs it. */
import type { CryptoKey, JWK, JWTVerifyGetKey, KeyObject } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { AuthError } from './errors.ts';
import { type Authenticate, type Identity, maxTokenLength } from './identity.ts';

export interface JwtOptions {
  /** For HS256, HS384, HS512. */
  readonly secret?: string | Uint8Array;
  readonly publicKey?: CryptoKey | KeyObject | JWK;
  /** The issuer's key set, or where it is published. */
  readonly jwks?: JSONWebKeySet | URL;
  /** The algorithms accepted; no other is, whatever a token says of itself. */
  readonly algorithms: readonly string[];
  readonly issuer?: string | readonly string[];
  readonly audience?: string | readonly string[];
  /** Accepts a token for so long after its end, for clocks that differ. @defaultValue 0 */
  readonly clockToleranceMs?: number;
  /** Accepts a token without `exp`, whose connection nothing ends. @defaultValue false */
  readonly endless?: boolean;
}

/**
 * Checks a JSON Web Token: algorithm, signature, issuer, audience, times. `userId` is `sub`, else the claim `userId`;
 * `email`, `role`, `shopId` and `modules` are the claims of these names.
 */
export function jwt(options: JwtOptions): Authenticate {
  const { algorithms, issuer, audience, clockToleranceMs = 0, endless = false } = options;
  if (!algorithms?.length || algorithms.includes('none')) {
    throw new TypeError("jwt(): name the algorithms to accept, such as ['HS256']; 'none' is not one");
  }
  const getKey = toGetKey(options);
  return async (token, { now }) => {
    if (!token || token.length > maxTokenLength) throw new AuthError('unauthorized', 'A token is required');
    const { payload } = await jwtVerify(token, getKey, {
      algorithms: [...algorithms],
      currentDate: new Date(now),
      clockTolerance: clockToleranceMs / 1_000,
      ...(!endless && { requiredClaims: ['exp'] }),
      ...(issuer !== undefined && { issuer: typeof issuer === 'string' ? issuer : [...issuer] }),
      ...(audience !== undefined && { audience: typeof audience === 'string' ? audience : [...audience] }),
    }).catch((error: unknown) => {
      throw toAuthError(error);
    });
    return toIdentity(payload, clockToleranceMs);
  };
}

function toGetKey({ secret, publicKey, jwks }: JwtOptions): JWTVerifyGetKey {
  if ([secret, publicKey, jwks].filter((key) => key !== undefined).length !== 1) {
    throw new TypeError('jwt(): give one of secret, publicKey and jwks');
  }
  if (secret !== undefined) {
    const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
    if (key.length === 0) throw new TypeError('jwt(): the secret is empty');
    return () => key;
  }
  if (publicKey !== undefined) return () => publicKey;
  return jwks instanceof URL ? createRemoteJWKSet(jwks) : createLocalJWKSet(jwks ?? { keys: [] });
}

function toAuthError(error: unknown): AuthError {
  if (error instanceof errors.JWTExpired) return new AuthError('token_expired', 'The token has expired');
  // Not the client's fault, and worth another try: the key set could not be fetched, or is none.
  const isOurs =
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === errors.JOSEError.code;
  if (isOurs) {
    return new AuthError('unavailable', 'The token can not be checked now');
  }
  return new AuthError('unauthorized', 'The token is not valid');
}

function toIdentity(claims: JWTPayload, toleranceMs: number): Identity {
  const userId = claims.sub ?? claims.userId;
  if (typeof userId !== 'string' && typeof userId !== 'number') {
    throw new AuthError('unauthorized', 'The token names no user: it needs sub or userId');
  }
  const { email, role, shopId, modules, exp } = claims;
  return {
    userId: String(userId),
    ...(typeof email === 'string' && { email }),
    ...(typeof role === 'string' && { role }),
    ...((typeof shopId === 'string' || typeof shopId === 'number') && { shopId: String(shopId) }),
    ...(Array.isArray(modules) && { modules: modules.filter((name) => typeof name === 'string') }),
    ...(exp !== undefined && { expiresAt: exp * 1_000 + toleranceMs }),
  };
}
