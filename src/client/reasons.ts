/** Reasons for which there is no connection that more than one part has to know, and what a reason means to whom. */
import type { Reason } from '../core/connection.ts';
import { retryOf } from '../protocol/codes.ts';

export const signedOut: Reason = {
  code: 'signed_out',
  message: 'Signed out: call connect() after the next sign-in',
};

/** Another browser took over. The group's state, beside its stored mark: a tab that was away must not take it back. */
export const replaced: Reason = {
  code: 'session_replaced',
  message: 'Another browser of this user took over: call connect() to come back',
};

/** A failure that every tab would meet ends the election for all; one of this tab's own `auth` does not. */
export function isGroupWide(reason: Reason | null): boolean {
  const code = reason?.code ?? 'signed_out';
  return retryOf(code) === 'never' && code !== 'wrong_user' && code !== 'signed_out';
}

/** What a connection that was given up is called in `status`. */
export function toFailure(reason: Reason): 'signed-out' | 'failed' | 'waiting' {
  if (reason.code === 'signed_out') return 'signed-out';
  return retryOf(reason.code) === 'never' ? 'failed' : 'waiting';
}
