/** The app's `auth` in socket.io-client's forms and as a promise, bounded in time. */
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

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
