/** Short-lived tokens for the demo's users, and who such a token belongs to. */
import { SignJWT } from 'jose';
import { type Authenticate, type Identity, jwt } from 'onesocket/server';
import { isUserId, type LoginAnswer, type UserId, users } from '../shared/users.ts';

const issuer = 'onesocket-demo';
const algorithm = 'HS256';

/** Somebody whose token was checked. */
export interface Caller extends Identity {
  readonly userId: UserId;
}

export interface Tokens {
  readonly authenticate: Authenticate;
  issue(user: UserId): Promise<LoginAnswer>;
  /** Whose token an `Authorization` header brings; `null` for any that isn't valid. */
  callerOf(authorization: string | undefined): Promise<Caller | null>;
}

export function createTokens({ secret, lifeMs }: { readonly secret: Uint8Array; readonly lifeMs: number }): Tokens {
  const check = jwt({ secret, algorithms: [algorithm], issuer, audience: issuer });

  const authenticate: Authenticate = async (token, context) => {
    const identity = await check(token, context);
    return { ...identity, rooms: identity.role === 'admin' ? ['admin:all'] : [] };
  };

  return {
    authenticate,
    async issue(id) {
      const { name, email, role, shopId, modules } = users[id];
      const token = await new SignJWT({ name, email, role, modules, ...(shopId && { shopId }) })
        .setProtectedHeader({ alg: algorithm })
        .setSubject(id)
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt()
        .setExpirationTime(new Date(Date.now() + lifeMs))
        .sign(secret);
      return { token, expiresInMs: lifeMs };
    },
    async callerOf(authorization) {
      const token = authorization?.replace(/^Bearer +/i, '');
      const asked = Promise.resolve(authenticate(token, { auth: {}, now: Date.now() }));
      const identity = await asked.catch(() => null);
      return identity && isUserId(identity.userId) ? { ...identity, userId: identity.userId } : null;
    },
  };
}
