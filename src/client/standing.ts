/** Whether this tab stands for the leadership, why not, and when again. */
import type { Backoff } from '../core/backoff.ts';
import type { Reason } from '../core/connection.ts';
import type { LinkState } from '../core/envelope.ts';
import type { Clock } from '../core/ports.ts';
import { retryOf } from '../protocol/codes.ts';
import { createRetry } from './retry.ts';

interface Standing {
  /** `null`: it stands. */
  reason(): Reason | null;
  stand(): void;
  /** This tab can't have the connection: it comes back by itself, unless only the app can change that. */
  out(why: Reason): void;
  /** Stands again after a while. */
  later(ms: number): void;
  /** The app, the network or the user is back. */
  revive(byApp: boolean): void;
  /** What the group's connection is worth to a tab that does not hold it. */
  onGroupLink(link: LinkState): void;
  /** A connection was had: the next failure is a first one again. */
  succeeded(): void;
  close(): void;
}

interface StandingDeps {
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly onStand: () => void;
  readonly onOut: () => void;
}

export function createStanding({ clock, backoff, onStand, onOut }: StandingDeps): Standing {
  let reason: Reason | null = null;
  let closed = false;
  const retry = createRetry(clock, backoff, stand);

  function stand(): void {
    retry.stop();
    if (closed) return;
    reason = null;
    onStand();
  }

  return {
    reason: () => reason,
    stand,
    later(ms) {
      if (!closed) retry.in(ms);
    },
    out(why) {
      retry.stop();
      reason = why;
      onOut();
      if (!closed && retryOf(why.code) !== 'never') retry.failed();
    },
    revive(byApp) {
      if (reason && (byApp || retryOf(reason.code) !== 'never' || reason.code === 'signed_out')) stand();
    },
    onGroupLink(link) {
      const groupReason = link.reason && isGroupWide(link.reason) ? link.reason : null;
      // Also where this tab only waits to try again for a reason of its own.
      const stands = !reason || retryOf(reason.code) !== 'never';
      if (link.connection === 'failed' && groupReason && stands) {
        retry.stop();
        reason = groupReason;
        onOut();
      } else if (link.connection === 'connected' && reason && isGroupWide(reason)) stand();
    },
    succeeded: retry.succeeded,
    close() {
      closed = true;
      retry.stop();
    },
  };
}

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
