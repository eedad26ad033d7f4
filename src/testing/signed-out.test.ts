/** What a tab is told whose user is gone, or whose token nobody takes. */
import { expect, test } from 'vitest';
import { AuthError } from '../server/errors.ts';
import { createRealm } from './realm.ts';

test('[P6] [P3] a command after the sign-out is refused at once: it does not wait for the next user', async () => {
  const ran: unknown[] = [];
  const realm = createRealm({ server: { serve: (realtime) => realtime.onCommand('add', (data) => ran.push(data)) } });
  const [first, second] = [realm.openTab(), realm.openTab()];
  for (const { socket } of [first, second]) socket.connect();
  await realm.settle();
  void first.socket.signOut();
  await realm.run(200);
  for (const { socket } of [first, second]) {
    const outcome = socket.emitWithAck('add', 'of the one before').catch((error: unknown) => error);
    await realm.run(0);
    expect(await outcome).toMatchObject({ code: 'signed_out', outcome: 'not_sent' });
    expect(socket.diagnostics().counters.notSent).toBe(1);
  }
  second.socket.connect();
  const outcome = second.socket.emitWithAck('add', 'of the next');
  await realm.run(2_000);
  await outcome;
  expect(ran).toEqual(['of the next']);
});

test('[P9] the tab that tried hears connect_error when the server refuses its token', async () => {
  const realm = createRealm({
    server: {
      authenticate() {
        throw new AuthError('unauthorized', 'The token is not valid');
      },
    },
  });
  const { socket } = realm.openTab();
  const codes: unknown[] = [];
  socket.on('connect_error', (error) => codes.push(Reflect.get(error, 'code')));
  await realm.run(20_000);
  expect(codes).toContain('unauthorized');
});

test('[P6] a tab that is coming back while its group is signed out stays out', async () => {
  const realm = createRealm();
  const [first, second] = [1, 2].map(() =>
    realm.openTab({
      derived: true,
      socket: (page) => ({
        auth: () => new Promise((resolve) => void page.clock.after(500, () => resolve({ token: 'user' }))),
      }),
    }),
  );
  if (!first || !second) throw new Error('two tabs');
  for (const { socket } of [first, second]) socket.connect();
  await realm.run(3_000);
  realm.freeze(second);
  realm.thaw(second);
  await realm.run(50);
  void first.socket.signOut();
  await realm.run(5_000);
  expect([first, second].map(({ socket }) => socket.status.connection)).toEqual(['signed-out', 'signed-out']);
});

test('[P6] a tab that is coming back hears of the sign-out at once, however long its `auth` takes', async () => {
  const realm = createRealm();
  let asked = 0;
  const [first, second] = [1, 2].map(() =>
    realm.openTab({
      derived: true,
      socket: { auth: () => (++asked > 3 ? new Promise<never>(() => {}) : { token: 'user' }) },
    }),
  );
  if (!first || !second) throw new Error('two tabs');
  for (const { socket } of [first, second]) socket.connect();
  await realm.run(3_000);
  realm.freeze(second);
  realm.thaw(second);
  await realm.run(50);
  void first.socket.signOut();
  await realm.run(100);
  expect(second.socket.status.connection).toBe('signed-out');
  await realm.run(20_000);
  expect([first, second].map(({ socket }) => socket.status.connection)).toEqual(['signed-out', 'signed-out']);
});
