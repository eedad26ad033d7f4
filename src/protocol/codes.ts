/**
 * Every code that crosses a wire or reaches the app, with what to do about it.
 * Both ends read this table; nothing else decides whether to try again.
 */

/**
 * - `now`: open again at once (with a higher attempt or term)
 * - `backoff`: open again after the backoff
 * - `after-auth`: ask the app's `auth` again first, then with backoff
 * - `never`: only the app can change this, by `connect()` or a new page
 */
type Retry = 'now' | 'backoff' | 'after-auth' | 'never';

export const retryByCode = {
  // Refused in the handshake, or told on an open connection.
  unauthorized: 'after-auth',
  token_expired: 'after-auth',
  wrong_user: 'never',
  forbidden_origin: 'never',
  stale_term: 'now',
  session_replaced: 'never',
  session_rejected: 'never',
  unsupported_version: 'never',
  bad_handshake: 'never',
  no_companion: 'never',
  server_busy: 'backoff',
  unavailable: 'backoff',
  shutting_down: 'backoff',
  rate_limited: 'backoff',
  // Found by the client itself.
  transport: 'backoff',
  link_dead: 'now',
  handshake_timeout: 'backoff',
  auth_failed: 'backoff',
  auth_timeout: 'backoff',
  attempts_exhausted: 'never',
  closed_by_server: 'never',
  connection_denied: 'never',
  signed_out: 'never',
  // Outcomes of one command, or answers to one operation: the connection is not concerned.
  bad_request: 'never',
  forbidden: 'never',
  unknown_command: 'never',
  invalid_payload: 'never',
  too_many_arguments: 'never',
  payload_too_large: 'never',
  command_failed: 'never',
  lease_ended: 'never',
  expired: 'never',
  timeout: 'never',
  outbox_full: 'never',
  closed: 'never',
  disconnected: 'never',
  // Misuse of the API.
  needs_companion: 'never',
  reserved_event: 'never',
  bad_option: 'never',
  not_supported: 'never',
} as const;

export type Code = keyof typeof retryByCode;

/** An unknown code, of a newer build or of the app's own middleware, is retried with backoff. */
export function retryOf(code: string): Retry {
  return Object.hasOwn(retryByCode, code) ? retryByCode[code as Code] : 'backoff';
}

/** Answers that speak of one asking only, which was not acted upon: asked again later, the answer may be another. */
export const passing: readonly string[] = ['rate_limited', 'unavailable', 'server_busy'];

/** Why a hole can't be filled from the log. */
export const refreshReasons = [
  'too_far',
  'expired',
  'epoch_changed',
  'cursor_ahead',
  'gap',
  'permissions_changed',
] as const;
export type RefreshReason = (typeof refreshReasons)[number];
