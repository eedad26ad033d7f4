/** Short-lived tokens for the demo's users, signed with a secret that ends with the process. */
import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { jwt } from '../../src/server/index.ts';
import { isUserId, type LoginAnswer, type UserId } from '../shared.ts';

const lifeMs = 15 * 60_000;

export function createTokens() {
  const settings = {
    secret: randomBytes(32),
    algorithms: ['HS256'],
    issuer: 'onesocket-demo',
    audience: 'onesocket-demo',
  };
  const check = jwt(settings);

  return {
    settings,
    async issue(user: UserId): Promise<LoginAnswer> {
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(user)
        .setIssuer(settings.issuer)
        .setAudience(settings.audience)
        .setIssuedAt()
        .setExpirationTime(new Date(Date.now() + lifeMs))
        .sign(settings.secret);
      return { token, expiresInMs: lifeMs };
    },
    /** Whose token an `Authorization` header brings; `null` for any that isn't valid. */
    async userOf(authorization: string | undefined): Promise<UserId | null> {
      const token = authorization?.replace(/^Bearer /, '');
      const identity = await Promise.resolve(check(token, { auth: {}, now: Date.now() })).catch(() => null);
      return isUserId(identity?.userId) ? identity.userId : null;
    },
  };
}
export type Tokens = ReturnType<typeof createTokens>;
