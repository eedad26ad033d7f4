/** JSON Web Tokens, by jose: the only file that needs it. */
import type { KeyObject, webcrypto } from 'node:crypto';
import type { JSONWebKeySet, JWK, JWTPayload, JWTVerifyGetKey } from 'jose';
import { checkOptions } from './check-options.ts';
import { AuthError } from './errors.ts';
import { type Authenticate, type Identity, maxTokenLength } from './identity.ts';

/** A JSON Web Key; no type of `jose`, which not everybody has. */
interface PublicJwk {
  readonly kty?: string;
  readonly kid?: string;
  readonly [field: string]: unknown;
}

export interface JwtOptions {
  /** For HS256, HS384, HS512. */
  readonly secret?: string | Uint8Array;
  readonly publicKey?: webcrypto.CryptoKey | KeyObject | PublicJwk;
  /** The issuer's key set, or where it is published. */
  readonly jwks?: { readonly keys: readonly PublicJwk[] } | URL;
  /** The algorithms accepted; no other is, whatever a token says of itself. */
  readonly algorithms: readonly string[];
  readonly issuer?: string | readonly string[];
  readonly audience?: string | readonly string[];
  /** Accepts a token for so long after its end, for clocks that differ. @defaultValue 0 */
  readonly clockToleranceMs?: number;
  /** Accepts a token without `exp`, whose connection nothing ends. @defaultValue false */
  readonly endless?: boolean;
}

type Jose = typeof import('jose');

const jwtOptions: Readonly<Record<keyof JwtOptions, true>> = {
  secret: true,
  publicKey: true,
  jwks: true,
  algorithms: true,
  issuer: true,
  audience: true,
  clockToleranceMs: true,
  endless: true,
};

/**
 * Checks a JSON Web Token: algorithm, signature, issuer, audience, times. `userId` is `sub`, else the claim `userId`;
 * `email`, `role`, `shopId` and `modules` are the claims of these names. Needs the package `jose`.
 * @throws TypeError for options that can't be meant
 */
export function jwt(options: JwtOptions): Authenticate {
  checkOptions('jwt()', options, jwtOptions);
  const { algorithms, issuer, audience, clockToleranceMs = 0, endless = false } = options;
  if (!algorithms?.length || algorithms.includes('none')) {
    throw new TypeError("jwt(): name the algorithms to accept, such as ['HS256']; 'none' is not one");
  }
  checkKey(options);
  let loaded: Promise<{ readonly jose: Jose; readonly getKey: JWTVerifyGetKey }> | null = null;
  return async (token, { now }) => {
    if (!token || token.length > maxTokenLength) throw new AuthError('unauthorized', 'A token is required');
    loaded ??= loadJose().then((jose) => ({ jose, getKey: toGetKey(jose, options) }));
    const { jose, getKey } = await loaded;
    const { payload } = await jose
      .jwtVerify(token, getKey, {
        algorithms: [...algorithms],
        currentDate: new Date(now),
        clockTolerance: clockToleranceMs / 1_000,
        ...(!endless && { requiredClaims: ['exp'] }),
        ...(issuer !== undefined && { issuer: typeof issuer === 'string' ? issuer : [...issuer] }),
        ...(audience !== undefined && { audience: typeof audience === 'string' ? audience : [...audience] }),
      })
      .catch((error: unknown) => {
        throw toAuthError(jose, error);
      });
    return toIdentity(payload, clockToleranceMs);
  };
}

/** Only here, so that whoever brings another `authenticate` need not install it. */
function loadJose(): Promise<Jose> {
  return import('jose').catch((cause: unknown) => {
    const message = 'The token can not be checked now';
    throw new AuthError('unavailable', message, {
      cause: new Error('jwt() needs the package jose: npm install jose', { cause }),
    });
  });
}

function checkKey({ secret, publicKey, jwks }: JwtOptions): void {
  if ([secret, publicKey, jwks].filter((key) => key !== undefined).length !== 1) {
    throw new TypeError('jwt(): give one of secret, publicKey and jwks');
  }
  if (secret?.length === 0) throw new TypeError('jwt(): the secret is empty');
}

function toGetKey(jose: Jose, { secret, publicKey, jwks }: JwtOptions): JWTVerifyGetKey {
  if (secret !== undefined) {
    const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
    return () => key;
  }
  if (publicKey !== undefined) return () => publicKey as JWK;
  return jwks instanceof URL ? jose.createRemoteJWKSet(jwks) : jose.createLocalJWKSet(jwks as JSONWebKeySet);
}

function toAuthError({ errors }: Jose, cause: unknown): AuthError {
  const error = cause instanceof Error ? cause : null;
  if (error instanceof errors.JWTExpired) return new AuthError('token_expired', 'The token has expired', { cause });
  // Not the client's fault, and worth another try: the key set could not be fetched, or is none.
  const isOurs =
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === errors.JOSEError.code;
  if (isOurs) {
    return new AuthError('unavailable', 'The token can not be checked now', { cause });
  }
  return new AuthError('unauthorized', 'The token is not valid', { cause });
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
