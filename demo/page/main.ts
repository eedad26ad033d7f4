/** The page's start: somebody to be, then the dashboard. */
import { openDashboard } from './dashboard.ts';
import { prepareDropOut } from './drop-out.ts';
import { signIn } from './panels/sign-in.ts';
import { remember, rememberedUser } from './session.ts';

// Before anything else registers for the page's last events.
prepareDropOut();

const pane = new URLSearchParams(location.search).has('pane');
const signedOutKey = 'demo:signed-out';

function show(element: HTMLElement): void {
  document.body.replaceChildren(element);
}

/** A new page rather than a cleaned one: nothing of the last user can be left. */
function leave(): void {
  remember(null);
  sessionStorage.setItem(signedOutKey, '1');
  location.reload();
}

const user = rememberedUser();
if (user) {
  remember(user);
  show(openDashboard({ user, pane, onSignedOut: leave }));
} else {
  const reason = sessionStorage.getItem(signedOutKey) ? 'You are signed out, in all tabs.' : null;
  sessionStorage.removeItem(signedOutKey);
  show(
    signIn(reason, (chosen) => {
      remember(chosen);
      show(openDashboard({ user: chosen, pane, onSignedOut: leave }));
    }),
  );
}
