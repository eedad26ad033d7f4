/** Tokens as the app's sign-in would give them. */
import { SignJWT } from 'jose';
import { jwtSettings } from '../server/settings.ts';

/** `ttl` in seconds; negative: expired already. `modules` absent: the token names none, so it is of all. */
export function mintToken(user: string, ttl: number, modules?: readonly string[]): Promise<string> {
  return new SignJWT({ email: `${user}@example.com`, ...(modules && { modules }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setIssuer(jwtSettings.issuer)
    .setAudience(jwtSettings.audience)
    .setIssuedAt(Math.floor(Date.now() / 1000) + Math.min(0, ttl))
    .setExpirationTime(Math.floor(Date.now() / 1000) + ttl)
    .sign(new TextEncoder().encode(jwtSettings.secret));
}
