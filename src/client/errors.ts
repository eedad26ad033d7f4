import type { LinkState } from '../core/envelope.ts';
import type { Settlement } from '../core/outbox.ts';
import type { Code } from '../protocol/codes.ts';
import type { CommandOutcome } from './types.ts';

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

/** What a caller gets for a command without a result. */
export function toError(settlement: Exclude<Settlement, { readonly outcome: 'result' }>): OneSocketError {
  return new OneSocketError(settlement.code, settlement.message, settlement.outcome);
}

/** socket.io-client's words for why a connection ended. */
export function toDisconnectReason({ reason }: LinkState): string {
  if (reason?.code === 'closed_by_server') return 'io server disconnect';
  return reason?.code === 'link_dead' ? 'ping timeout' : 'transport close';
}
