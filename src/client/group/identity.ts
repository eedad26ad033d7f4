/** Whose tab this is, told by the app or taken from what `auth` gives; and the names that follow from it. */
import type { Reason } from '../../core/connection.ts';
import type { Clock } from '../../core/ports.ts';
import { protocolVersion } from '../../protocol/limits.ts';
import { askAuth } from '../auth.ts';
import type { Settings } from '../options.ts';

interface Identity {
  known(): boolean;
  /** Only `auth` tells: another sign-in may be another user. */
  readonly derived: boolean;
  ask(): Promise<string | Reason>;
  settle(whose: string): void;
  forget(): void;
  /** Empty while nobody is known. */
  user(): string;
  /** Names channel and storage of this namespace. */
  group(): string;
  /** Names what all namespaces of the server share: the lock, and the mark that a sign-out changes. Each group's name begins with it. */
  household(): string;
}

/** @param given - the user, where it is not `auth` that tells */
export function createIdentity(settings: Settings, clock: Clock, given: string | undefined): Identity {
  let user = given;
  // Quoted: no server's and user's name is the beginning of another one's, whatever is in them.
  const household = (): string =>
    user === undefined ? '' : `onesocket:${protocolVersion}:${JSON.stringify([settings.server, user])}`;
  return {
    known: () => user !== undefined,
    derived: given === undefined,
    ask: () => askUser(settings, clock),
    settle(whose) {
      user = whose;
    },
    forget() {
      user = given;
    },
    user: () => user ?? '',
    group: () => household() && household() + settings.namespace,
    household,
  };
}

/** Whose tab this is, as far as `auth` tells now; or why it tells nothing. */
async function askUser(settings: Settings, clock: Clock): Promise<string | Reason> {
  const result = await askAuth(settings, clock);
  return result.ok ? deriveUser(result.auth) : result.reason;
}

/** What an object said when it was first asked: apps keep offsets and the like in it, which are no other user. */
const saidFirst = new WeakMap<object, string>();

/** Whose tabs these are, as far as `auth` tells: the `sub` of a JWT, else a hash of what it was at first. */
export function deriveUser(auth: Readonly<Record<string, unknown>>): string {
  const { token } = auth;
  const subject = typeof token === 'string' ? toSubject(token) : null;
  if (subject) return `sub:${subject}`;
  const said =
    saidFirst.get(auth) ?? (Object.keys(auth).length > 0 ? `hash:${toHash(JSON.stringify(auth))}` : 'anonymous');
  saidFirst.set(auth, said);
  return said;
}

/** Reads, does not verify: the server does. It only keeps the tabs of two users apart. */
function toSubject(token: string): string | null {
  const body = token.split('.')[1];
  if (!body) return null;
  try {
    const { sub } = JSON.parse(atob(body.replace(/-/g, '+').replace(/_/g, '/')));
    return typeof sub === 'string' || typeof sub === 'number' ? String(sub) : null;
  } catch {
    return null;
  }
}

/** cyrb53, a 53-bit hash by bryc (public domain): groups are told apart by it, nothing is secured. */
function toHash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
