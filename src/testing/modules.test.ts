/** The modules of a sign-in: which events a tab's handlers get, and what a new token changes. */
import { expect, test } from 'vitest';
import { createRealm } from './realm.ts';

/** A token says what it stands for: modules after the first space, its life in seconds in front. */
function open(first: string) {
  let token = first;
  const realm = createRealm({
    server: {
      moduleByType: { order: 'orders', chat: 'chat' },
      authenticate(sent = '', { now }) {
        const [seconds, ...modules] = sent.split(' ');
        return {
          userId: 'user',
          expiresAt: now + Number(seconds) * 1_000,
          ...(modules.length > 0 && { modules: modules.filter((name) => name !== 'none') }),
        };
      },
    },
    socket: { auth: async () => ({ token }) },
  });
  const tabs = [realm.openTab(), realm.openTab()].map((tab) => {
    const seen: string[] = [];
    tab.socket.onAny((type, n) => void seen.push(`${type}${n}`));
    return { ...tab, seen };
  });
  let sent = 0;
  return {
    realm,
    tabs,
    setToken(next: string) {
      token = next;
    },
    /** One event of each module and one of none: what each tab's handlers got of them. */
    async hear() {
      sent += 1;
      const from = tabs.map(({ seen }) => seen.length);
      for (const type of ['order', 'chat', 'plain']) await realm.server.to({ user: 'user' }).emit(type, sent);
      await realm.run(1_000);
      return tabs.map(({ seen }, i) => seen.slice(from[i]).join(' '));
    },
  };
}

test("[P2] an event of a module that isn't the user's is ignored in every tab, counted, and no hole", async () => {
  const { realm, tabs, hear } = open('600 orders');
  await realm.settle();
  expect(await hear()).toEqual(['order1 plain1', 'order1 plain1']);
  for (const { socket } of tabs) {
    const { counters, cursors } = socket.diagnostics();
    expect([counters.foreignModule, counters.gaps, cursors['user:user']?.id]).toEqual([1, 0, 3]);
  }
});

test('[P2] a token renewed in mid-session brings its modules to every tab, the connection stays', async () => {
  const { realm, tabs, hear, setToken } = open('60 orders');
  await realm.settle();
  setToken('60 chat');
  await realm.run(60_000);
  expect(await hear()).toEqual(['chat1 plain1', 'chat1 plain1']);
  // A token that names no modules is of all; one that names an empty list, of none.
  setToken('60');
  await realm.run(60_000);
  expect(await hear()).toEqual(['order2 chat2 plain2', 'order2 chat2 plain2']);
  setToken('60 none');
  await realm.run(60_000);
  expect(await hear()).toEqual(['plain3', 'plain3']);
  const late = realm.openTab();
  const seen: string[] = [];
  late.socket.onAny((type) => void seen.push(type));
  await realm.run(1_000);
  await hear();
  expect(seen).toEqual(['plain']);
  for (const { socket } of tabs) expect(socket.diagnostics().counters).toMatchObject({ refreshes: 0 });
});

test('[P2] a new connection brings its modules, also where it names none any more', async () => {
  const { realm, hear, setToken } = open('600 orders');
  await realm.settle();
  setToken('600');
  realm.cutNetwork();
  await realm.run(1_000);
  realm.healNetwork();
  await realm.run(20_000);
  expect(await hear()).toEqual(['order1 chat1 plain1', 'order1 chat1 plain1']);
});
