/** The errors that an app throws at the companion, to say no in its own words. */
import type { Code } from '../protocol/codes.ts';

/** Thrown by a command's handler: the caller gets this code and message, and nothing more. */
export class CommandError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'CommandError';
    this.code = code;
  }
}

/** Thrown by `authenticate`: the connection is refused with this code. A `cause` is for the server's log only. */
export class AuthError extends Error {
  readonly code: Code;
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AuthError';
    this.code = code;
  }
}
