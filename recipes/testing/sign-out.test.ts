import { expect, test } from 'vitest';
import type { OneSocket } from '../../src/index.ts';
import { createRealm } from '../../src/testing/index.ts';

interface ServerEvents {
  invoice: (invoice: { sum: number }) => void;
}

// The app's code under test: what it shows belongs to who is signed in.
function createAccount(socket: OneSocket<ServerEvents>) {
  let sums: readonly number[] = [];
  socket.on('invoice', ({ sum }) => {
    sums = [...sums, sum];
  });
  socket.onStatus(({ connection }) => {
    if (connection === 'signed-out') sums = [];
  });
  return {
    screen: () => (socket.status.connection === 'signed-out' ? 'sign-in' : `invoices: ${sums.join(', ')}`),
    signOut: () => socket.signOut(),
  };
}

test('signing out in one tab clears all, also one that was frozen meanwhile', async () => {
  const realm = createRealm<ServerEvents>();
  const tabs = [
    realm.openTab({ user: 'ada' }),
    realm.openTab({ user: 'ada' }),
    realm.openTab({ user: 'ada' }),
  ] as const;
  const accounts = tabs.map(({ socket }) => createAccount(socket));
  await realm.settle();
  await realm.server.sendToUser('ada', 'invoice', { sum: 40 });
  await realm.settle();
  expect(accounts.map(({ screen }) => screen())).toEqual(Array(3).fill('invoices: 40'));

  const [, second, frozen] = tabs;
  realm.freeze(frozen);
  await realm.until(second.socket.signOut());
  await realm.settle();
  realm.thaw(frozen);
  await realm.settle();
  expect(accounts.map(({ screen }) => screen())).toEqual(Array(3).fill('sign-in'));
  expect(await realm.server.isUserConnected('ada')).toBe(false);
});

test('the next user of the browser gets nothing of the one before', async () => {
  const realm = createRealm<ServerEvents>();
  const adas = realm.openTab({ user: 'ada' });
  const before = createAccount(adas.socket);
  await realm.settle();
  await realm.until(before.signOut());
  await realm.server.sendToUser('ada', 'invoice', { sum: 40 });

  const eves = realm.openTab({ user: 'eve' }); // the same browser, another sign-in
  const after = createAccount(eves.socket);
  await realm.settle();
  expect(after.screen()).toBe('invoices: ');
  expect(before.screen()).toBe('sign-in');
});

test('no token, no connection; with one it goes on', async () => {
  const realm = createRealm<ServerEvents>();
  let token: string | null = null;
  const tab = realm.openTab({ user: 'ada', socket: { auth: async () => (token === null ? null : { token }) } });
  const account = createAccount(tab.socket);
  await realm.settle();
  expect(account.screen()).toBe('sign-in');
  token = 'ada'; // the realm takes a token for the user's id; `server: { authenticate }` checks others
  tab.socket.connect();
  await realm.until(() => tab.socket.connected);
  expect(account.screen()).toBe('invoices: ');
});
