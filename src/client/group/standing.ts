/** Whether this tab stands for the leadership, why not, and when again. */
import type { Backoff } from '../../core/backoff.ts';
import type { Reason } from '../../core/connection.ts';
import type { LinkState } from '../../core/envelope.ts';
import type { Clock } from '../../core/ports.ts';
import { retryOf } from '../../protocol/codes.ts';
import { isGroupWide } from '../reasons.ts';
import { createRetry } from './retry.ts';

interface Standing {
  /** `null`: it stands. */
  reason(): Reason | null;
  stand(): void;
  /** This tab can't have the connection: it comes back by itself, unless only the app can change that. */
  out(why: Reason): void;
  /** The same where another page may have ended the reason, which this process sees late: it looks once more. */
  outWhile(holds: () => boolean, why: Reason): void;
  /** Stands again after a while. */
  later(): void;
  /** The same where another claims more and there are no real locks: after a while that chance makes differ. */
  stepBack(): void;
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

const laterMs = { least: 1_000, most: 5_000 };

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

  function later(ms: number): void {
    if (!closed) retry.in(ms);
  }

  function out(why: Reason): void {
    retry.stop();
    reason = why;
    onOut();
    if (!closed && retryOf(why.code) !== 'never') retry.failed();
  }

  return {
    reason: () => reason,
    stand,
    later: () => later(laterMs.least),
    stepBack: () => later(laterMs.least + clock.random() * (laterMs.most - laterMs.least)),
    out,
    outWhile(holds, why) {
      out(why);
      clock.after(laterMs.least, () => {
        if (reason === why && !holds()) stand();
      });
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
