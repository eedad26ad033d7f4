/** Whose tab this is, told by the app or taken from what `auth` gives; and the names that follow from it. */
import type { Reason } from '../core/connection.ts';
import type { Clock } from '../core/ports.ts';
import { protocolVersion } from '../protocol/limits.ts';
import { askUser } from './auth.ts';
import type { Settings } from './options.ts';

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
  /** Names what all namespaces of the server share: the lock, and the mark that a sign-out changes. */
  household(): string;
}

/** @param given - the user, where it is not `auth` that tells */
export function createIdentity(settings: Settings, clock: Clock, given: string | undefined): Identity {
  let user = given;
  const nameOf = (place: string): string => (user === undefined ? '' : `onesocket:${protocolVersion}:${place}:${user}`);
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
    group: () => nameOf(settings.endpoint),
    household: () => nameOf(settings.server),
  };
}
