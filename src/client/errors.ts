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
