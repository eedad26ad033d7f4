import type { Reason } from '../core/connection.ts';
import type { Settlement } from '../core/outbox.ts';
import { type Code, retryOf } from '../protocol/codes.ts';

export type CommandOutcome = 'refused' | 'not_sent' | 'unknown';

/** Every error of this package. `code` is a row of the code table; `outcome`: what is known of a command. */
export class OneSocketError extends Error {
  override readonly name = 'OneSocketError';
  readonly code: Code | (string & {});
  readonly outcome: CommandOutcome | undefined;

  constructor(code: Code | (string & {}), message: string, outcome?: CommandOutcome) {
    super(message);
    this.code = code;
    this.outcome = outcome;
  }
}

export function oneSocketError(code: Code, message: string): OneSocketError {
  return new OneSocketError(code, message);
}

/** socket.io-client's words: apps compare them. */
const messages: Readonly<Record<string, string>> = {
  timeout: 'operation has timed out',
  disconnected: 'socket has been disconnected',
  closed: 'socket has been disconnected',
};

/** What a caller gets for a command without a result. */
export function toError(settlement: Exclude<Settlement, { readonly outcome: 'result' }>): OneSocketError {
  const { code, message, outcome } = settlement;
  return new OneSocketError(code, messages[code] ?? message, outcome);
}

/** socket.io-client's words for why a connection ended. After `io server disconnect` only connect() brings it back. */
export function toDisconnectReason(reason: Reason | undefined): string {
  // By the app's own option it comes back no more, not by the server's will.
  const isForGood = reason && retryOf(reason.code) === 'never' && reason.code !== 'attempts_exhausted';
  if (isForGood) return 'io server disconnect';
  if (reason?.code === 'link_dead') return 'ping timeout';
  return typeof reason?.detail === 'string' ? reason.detail : 'transport close';
}
