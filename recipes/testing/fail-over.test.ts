import { expect, test } from 'vitest';
import type { OneSocket } from '../../src/index.ts';
import { createRealm } from '../../src/testing/index.ts';

interface ServerEvents {
  message: (message: { text: string }) => void;
}
type AppSocket = OneSocket<ServerEvents>;

// The app's code under test.
function createChat(socket: AppSocket) {
  const texts: string[] = [];
  socket.on('message', ({ text }) => texts.push(text));
  socket.onRefresh(() => texts.push('(loads everything again)'));
  return { texts, canSend: () => socket.connected };
}

test('a chat goes on in the other tab when the leading one crashes', async () => {
  const realm = createRealm<ServerEvents>();
  const first = realm.openTab();
  createChat(first.socket);
  await realm.until(() => first.socket.status.role === 'leader');
  const second = realm.openTab();
  const chat = createChat(second.socket);
  await realm.until(() => second.socket.connected);

  await realm.server.to('all').emit('message', { text: 'before' });
  realm.crash(first);
  await realm.server.to('all').emit('message', { text: 'meanwhile' }); // nobody is connected now
  await realm.until(() => second.socket.status.role === 'leader' && chat.canSend());
  await realm.server.to('all').emit('message', { text: 'after' });
  await realm.settle();
  expect(chat.texts).toEqual(['before', 'meanwhile', 'after']);
});

test('a leader that hangs is replaced, and loses nothing when it is back', async () => {
  const realm = createRealm<ServerEvents>();
  const tabs = [realm.openTab(), realm.openTab()] as const;
  const chats = tabs.map(({ socket }) => createChat(socket));
  await realm.settle();
  const [leader, follower] = tabs[0].socket.status.role === 'leader' ? tabs : [tabs[1], tabs[0]];

  realm.hang(leader);
  await realm.server.to('all').emit('message', { text: 'hello' });
  await realm.until(() => follower.socket.status.role === 'leader', 10_000);
  realm.unhang(leader);
  await realm.settle();
  expect(chats.map(({ texts }) => texts)).toEqual([['hello'], ['hello']]);
  expect(await realm.server.sessions()).toHaveLength(1);
});

test('the server restarts, and its log with it', async () => {
  const realm = createRealm<ServerEvents>(); // `server: { durableLog: true }` for one that outlives it
  const tab = realm.openTab();
  const chat = createChat(tab.socket);
  await realm.settle();
  realm.server.stop();
  await realm.until(() => !chat.canSend());
  realm.server.start();
  await realm.until(chat.canSend);
  expect(chat.texts).toEqual(['(loads everything again)']);
});
