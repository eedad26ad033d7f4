/** What a caller hears when Redis can't be asked. */

/** Redis could not be asked, or refused. Worth a repetition, later. */
export class RedisError extends Error {
  /** As clients are told it: with backoff. */
  readonly code = 'unavailable';
  /** True: the answer got lost, so what was asked may have taken effect. */
  readonly mayHaveHappened: boolean;
  constructor(message: string, mayHaveHappened: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RedisError';
    this.mayHaveHappened = mayHaveHappened;
  }
}

export function unreachable(cause: unknown): RedisError {
  const why = cause instanceof Error ? `: ${cause.message || cause.name}` : '';
  return new RedisError(
    `Redis can not be reached${why}. Nothing was written. We connect again by ourselves; try again later.`,
    false,
    cause,
  );
}

export function unanswered(timeoutMs: number): RedisError {
  return new RedisError(
    `Redis did not answer within ${timeoutMs} ms, so it may have done what was asked. Look at its load and SLOWLOG.`,
    true,
  );
}

const remedyByPrefix: Readonly<Record<string, string>> = {
  OOM: 'Give it more memory (maxmemory), or keep events for a shorter time.',
  MISCONF: 'It can not write its snapshot: look at its disk.',
  LOADING: 'It is loading its data; try again later.',
  READONLY: 'It is a replica: let the client connect to the master.',
  NOPERM: 'Allow this user EVAL, EVALSHA, INFO, TIME, PUBLISH, SUBSCRIBE and the commands of hashes and streams.',
  NOAUTH: 'Give the client a password.',
  WRONGTYPE: 'A key of this prefix belongs to something else: choose another prefix.',
};

/** An error of the client library: Redis's own begin with a word in capitals. */
export function toRedisError(error: unknown): RedisError {
  const message = error instanceof Error ? error.message : String(error);
  const [, prefix] = /^([A-Z]+) /.exec(message) ?? [];
  if (prefix !== undefined) {
    return new RedisError(`Redis refused: ${message} ${remedyByPrefix[prefix] ?? ''}`.trim(), false, error);
  }
  return new RedisError(
    `The connection to Redis was lost before it answered (${message}), so it may have done what was asked.`,
    true,
    error,
  );
}
