/**
 * Leaving as a crashed tab does, as well as a page can do that to itself.
 *
 * Whoever registers first on `window` is called first, so `prepareDropOut()` runs before the socket exists.
 * Once armed it keeps the page's last events from everybody after it: the socket does not release its lock,
 * flush its cursor or say `bye`. Then the page reloads, and the browser frees the lock and closes the
 * connection with the document, as it does for a renderer that died. Unlike a crash, the page comes back.
 * (Removing an iframe is no such way: its `pagehide` runs. `unload` stays unused: it forbids the page cache.)
 */
let armed = false;

export function prepareDropOut(): void {
  const swallow = (event: Event) => {
    if (armed) event.stopImmediatePropagation();
  };
  for (const name of ['pagehide', 'freeze', 'visibilitychange']) addEventListener(name, swallow, { capture: true });
}

export function dropOut(): void {
  armed = true;
  location.reload();
}
