/** Who asks for the connection has it, although another browser took it over before. */
import { expect, test } from 'vitest';
import { toToken } from './app.ts';
import { createRealm, type SimTab } from './realm.ts';

const say = ({ socket }: SimTab): string => `${socket.status.connection} ${socket.status.reason?.code ?? ''}`.trim();
const sub = (token = ''): { userId: string } => ({ userId: JSON.parse(atob(token.split('.')[1] ?? '')).sub });

test('[P9] the app asks for another user, whose group was replaced: it has what it asked for', async () => {
  const realm = createRealm({ server: { sessions: 'replace', authenticate: sub } });
  const [ann, bob] = [toToken('ann', undefined), toToken('bob', undefined)];
  // A tab of bob's is replaced by another browser, and closed.
  const old = realm.openTab({ derived: true, socket: { auth: { token: bob } } });
  old.socket.connect();
  await realm.settle();
  const elsewhere = realm.openTab({ browser: realm.openBrowser(), derived: true, socket: { auth: { token: bob } } });
  elsewhere.socket.connect();
  await realm.settle();
  expect(say(old)).toBe('failed session_replaced');
  realm.closeTab(old);
  // Another tab of that browser, ann's, changes to bob as the app wishes.
  let token = ann;
  const tab = realm.openTab({ browser: old.browser, derived: true, socket: { auth: async () => ({ token }) } });
  tab.socket.connect();
  await realm.settle();
  expect(say(tab)).toBe('connected');
  tab.socket.disconnect();
  token = bob;
  tab.socket.connect();
  await realm.run(10_000);
  expect(say(tab)).toBe('connected');
});

test('[P9] a new page that found nobody signed in is not kept out by a replacement of long ago', async () => {
  const realm = createRealm({ server: { sessions: 'replace', authenticate: sub } });
  const token = toToken('bob', undefined);
  const old = realm.openTab({ derived: true, socket: { auth: { token } } });
  old.socket.connect();
  await realm.settle();
  const elsewhere = realm.openTab({ browser: realm.openBrowser(), derived: true, socket: { auth: { token } } });
  elsewhere.socket.connect();
  await realm.settle();
  realm.closeTab(old);
  realm.closeTab(elsewhere);
  await realm.run(3_600_000);
  let isSignedIn = false;
  const page = realm.openTab({
    browser: old.browser,
    derived: true,
    visible: false,
    socket: { auth: async () => (isSignedIn ? { token } : null) },
  });
  page.socket.connect();
  await realm.settle();
  isSignedIn = true;
  realm.show(page);
  await realm.run(10_000);
  expect(say(page)).toBe('connected');
});
