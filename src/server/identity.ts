/** Who connects: the port that turns a token into an identity. */

/** Characters; no longer one is looked at. */
export const maxTokenLength = 16_384;

export interface Identity {
  readonly userId: string;
  readonly email?: string;
  readonly role?: string;
  readonly shopId?: string;
  /** Absent: all there are. */
  readonly modules?: readonly string[];
  /** Rooms that come and go with the token, such as `admin:all`; others are joined by `joinRoom`. */
  readonly rooms?: readonly string[];
  /** Wall clock, milliseconds since 1970, at which the connection ends; absent: it doesn't. */
  readonly expiresAt?: number;
}

export interface AuthContext {
  /** All that the client sent in its handshake, not checked. Absent at a renewal. */
  readonly auth: Readonly<Record<string, unknown>>;
  /** Wall clock, milliseconds since 1970. */
  readonly now: number;
}

/**
 * Says who a token belongs to, or throws: an `AuthError` with its code, anything else as `unauthorized`.
 * The token comes without `Bearer `; `undefined`: there was none.
 */
export type Authenticate = (token: string | undefined, context: AuthContext) => Identity | Promise<Identity>;

/** The token of a handshake or a renewal, without `Bearer `. Never looked for in the query: URLs end up in logs. */
export function toToken(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > maxTokenLength + 16) return undefined;
  const token = value.replace(/^Bearer +/i, '').trim();
  return token === '' ? undefined : token;
}
