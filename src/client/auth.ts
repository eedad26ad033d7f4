/** The app's `auth` in socket.io-client's forms and as a promise, bounded in time; and what a token tells. */

import type { Reason } from '../core/connection.ts';
import type { Clock } from '../core/ports.ts';
import type { AuthAnswer } from './auth-types.ts';
import type { Settings } from './options.ts';

type AuthResult =
  | { readonly ok: true; readonly auth: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: Reason };

/** Resolves once, whatever the app's function does. */
export function askAuth(
  { auth, authTimeoutMs, companion }: Pick<Settings, 'auth' | 'authTimeoutMs' | 'companion'>,
  clock: Clock,
): Promise<AuthResult> {
  return new Promise((settle) => {
    const resolve = (result: AuthResult): void => {
      stop();
      settle(result);
    };
    const fail = (code: string, message: string): void => resolve({ ok: false, reason: { code, message } });
    const answer = (value: AuthAnswer): void => {
      if (value === null || value === undefined)
        return fail('signed_out', '`auth` gave null: nobody is signed in. Call connect() after the sign-in');
      if (typeof value !== 'object' || Array.isArray(value))
        return fail('auth_failed', '`auth` must give an object such as { token }, or null');
      // To a companion that is no token; what it means to a plain server is its own affair.
      if (companion && 'token' in value && !value.token)
        return fail('signed_out', '`auth` gave no token: nobody is signed in. Call connect() after the sign-in');
      resolve({ ok: true, auth: value as Readonly<Record<string, unknown>> });
    };
    const thrown = (error: unknown): void => fail('auth_failed', `\`auth\` failed: ${String(error)}`);
    const stop =
      typeof auth === 'function'
        ? clock.after(authTimeoutMs, () => fail('auth_timeout', `\`auth\` did not answer within ${authTimeoutMs} ms`))
        : () => {};
    if (typeof auth !== 'function') return answer(auth ?? {});
    try {
      const returned: unknown = (auth as (answer: (value: AuthAnswer) => void) => unknown)(answer);
      // A promise is the answer; a function that takes the callback returns nothing of interest.
      if (isThenable(returned)) returned.then((value) => answer(value as AuthAnswer), thrown);
      else if (auth.length === 0) answer(returned as AuthAnswer);
    } catch (error) {
      thrown(error);
    }
  });
}

/** Whose tab this is, as far as `auth` tells now; or why it tells nothing. */
export async function askUser(settings: Settings, clock: Clock): Promise<string | Reason> {
  const result = await askAuth(settings, clock);
  return result.ok ? deriveUser(result.auth) : result.reason;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** What an object said when it was first asked: apps keep offsets and the like in it, which are no other user. */
const saidFirst = new WeakMap<object, string>();

/** Whose tabs these are, as far as `auth` tells: the `sub` of a JWT, else a hash of what it was at first. */
export function deriveUser(auth: Readonly<Record<string, unknown>>): string {
  const { token } = auth;
  const subject = typeof token === 'string' ? toSubject(token) : null;
  if (subject) return `sub:${subject}`;
  const said =
    saidFirst.get(auth) ?? (Object.keys(auth).length > 0 ? `hash:${toHash(JSON.stringify(auth))}` : 'anonymous');
  saidFirst.set(auth, said);
  return said;
}

/** Reads, does not verify: the server does. It only keeps the tabs of two users apart. */
function toSubject(token: string): string | null {
  const body = token.split('.')[1];
  if (!body) return null;
  try {
    const { sub } = JSON.parse(atob(body.replace(/-/g, '+').replace(/_/g, '/')));
    return typeof sub === 'string' || typeof sub === 'number' ? String(sub) : null;
  } catch {
    return null;
  }
}

/** cyrb53, a 53-bit hash by bryc (public domain): groups are told apart by it, nothing is secured. */
function toHash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
