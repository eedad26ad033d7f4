/** Leaving: a new page rather than a cleaned one, so that nothing of the last user can be left. */
import { signedOutKey } from './keys.ts';
import { session } from './session.ts';
import { socket } from './socket.ts';

let leaving = false;

function leave(): void {
  session.signOut();
  sessionStorage.setItem(signedOutKey, '1');
  location.assign('/');
}

/** Leaves the page only when the other tabs were told and everything is wiped. */
export async function signOut(): Promise<void> {
  leaving = true;
  await socket.signOut();
  leave();
}

/** Another tab, or the server, ended the group. */
export function signedOutElsewhere(): void {
  if (!leaving) leave();
}
