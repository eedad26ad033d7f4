/** What a socket shares with socket.io-client's beyond `on` and `emit`; the browser's table is e2e/compat. */
import { describe, expect, it } from 'vitest';
import { openPage } from './facade.fixture.ts';
import { createInert } from './inert.ts';

async function openPlain(options: Parameters<typeof openPage>[0] = {}) {
  const page = openPage({ companion: false, ...options });
  const socket = page.open();
  await page.accept();
  return { ...page, socket };
}
type Run = () => void;
const names = (calls: readonly { readonly name: string }[]) => calls.map(({ name }) => name);

describe('a socket without a companion', () => {
  it('connects without being asked, as io() does', async () => {
    const page = openPage({ companion: false });
    const socket = page.open();
    expect([socket.active, socket.connected, socket.disconnected]).toEqual([true, false, true]);
    await page.accept();
    expect([socket.active, socket.connected, socket.disconnected]).toEqual([true, true, false]);
  });

  it('tells of a refusal with the data of the server, and is not active until connect()', async () => {
    const page = openPage({ companion: false });
    const socket = page.open();
    const heard: unknown[] = [];
    socket.on('connect_error', ({ message, data, code }) => heard.push([message, data, code, socket.active]));
    await page.clock.settle();
    page.links.last().events.onRefused({ code: 'connection_denied', message: 'no', cause: { why: 'late' } });
    await page.clock.advance(60_000);
    expect(heard).toEqual([['no', { why: 'late' }, 'connection_denied', false]]);
    expect(page.links.all).toHaveLength(1);
    socket.connect();
    await page.accept();
    expect([socket.active, socket.connected]).toEqual([true, true]);
  });

  it.each([
    ['ping timeout', 'ping timeout', true],
    ['transport error', 'transport error', true],
    ['io server disconnect', 'io server disconnect', false],
  ])('says why the connection ended: %s', async (reason, said, active) => {
    const page = await openPlain();
    const heard: unknown[] = [];
    page.socket.on('disconnect', (...args) => heard.push([...args, page.socket.active]));
    page.links.last().events.onClose(reason);
    await page.clock.settle();
    expect(heard).toEqual([[said, active]]);
  });

  it('with `reconnection: false` does not try again', async () => {
    const page = await openPlain({ reconnection: false });
    page.links.last().events.onClose('transport close');
    await page.clock.advance(60_000);
    expect(page.links.all).toHaveLength(1);
    page.socket.connect();
    await page.accept();
    expect(page.socket.connected).toBe(true);
  });

  it('[P6] takes another `auth`: at connect() it is another user of another group', async () => {
    const page = openPage({ companion: false, user: undefined, autoConnect: false } as never);
    const socket = page.open();
    socket.auth = { username: 'ann' };
    socket.connect();
    await page.accept();
    const group = socket.diagnostics().group;
    socket.disconnect();
    socket.auth = { username: 'bob' };
    socket.connect();
    await page.accept();
    expect(page.links.all.map(({ auth }) => auth)).toEqual([{ username: 'ann' }, { username: 'bob' }]);
    expect(socket.diagnostics().group).not.toBe(group);
    const bobs = socket.diagnostics().group;
    // An offset, say, in the same object: no other user.
    Object.assign(socket.auth ?? {}, { offset: 9 });
    socket.disconnect().emit('kept').connect();
    await page.accept();
    expect([socket.diagnostics().group, page.links.last().auth]).toEqual([bobs, { username: 'bob', offset: 9 }]);
    expect(names(page.links.last().sent)).toEqual(['kept']);
  });
});

describe('an emit', () => {
  it('[P3] that is volatile is dropped while there is no connection, also in the outbox of a follower', async () => {
    const page = openPage({ companion: false });
    const [here, there] = [page.open(), page.openElsewhere()];
    const errors: unknown[] = [];
    here.volatile.emit('lost');
    here.volatile.timeout(10).emit('told', (error: unknown) => errors.push(error));
    there.volatile.emit('lost too');
    here.emit('kept');
    await page.accept();
    there.volatile.compress(false).emit('sent');
    await page.clock.advance(10);
    expect(names(page.links.last().sent)).toEqual(['kept', 'sent']);
    expect(errors).toEqual([expect.objectContaining({ message: 'operation has timed out', outcome: 'not_sent' })]);
  });

  it('waits as long as it takes for the connection, with a bare acknowledgement too', async () => {
    const page = openPage({ companion: false });
    const socket = page.open();
    const answers: unknown[] = [];
    socket.emit('ask', (answer: unknown) => answers.push(answer));
    await page.clock.advance(600_000);
    await page.accept();
    page.requests('ask')[0]?.answer(1);
    await page.clock.settle();
    expect(answers).toEqual([1]);
  });

  it('that waited goes out before what the `connect` handlers emit', async () => {
    const page = openPage({ companion: false });
    const socket = page.open();
    socket.on('connect', () => socket.emit('second'));
    socket.emit('first');
    await page.accept();
    expect(names(page.links.last().sent)).toEqual(['first', 'second']);
  });

  it('that is cut off hears of it after `disconnect`, when the socket is not connected', async () => {
    const page = await openPlain();
    const heard: unknown[] = [];
    page.socket.on('disconnect', () => heard.push('disconnect'));
    page.socket.emitWithAck('ask').catch(({ message, code }) => heard.push([message, code, page.socket.connected]));
    page.links.last().events.onClose('transport close');
    await page.clock.settle();
    expect(heard).toEqual(['disconnect', ['socket has been disconnected', 'disconnected', false]]);
  });

  it('[P3] is sent again as often as `retries` says, one at a time, when nobody acknowledges', async () => {
    const page = await openPlain({ retries: 1, ackTimeout: 100 });
    const heard: unknown[] = [];
    page.socket.emit('a', 1, (error: Error | null) => heard.push(error?.message));
    page.socket.emit('b', (...args: unknown[]) => heard.push(args));
    expect(names(page.links.last().requests)).toEqual(['a']);
    await page.clock.advance(100);
    expect(names(page.links.last().requests)).toEqual(['a', 'a']);
    await page.clock.advance(100);
    page.requests('b')[0]?.answer('done');
    await page.clock.settle();
    expect(heard).toEqual(['operation has timed out', [null, 'done']]);
    expect(names(page.links.last().requests)).toEqual(['a', 'a', 'b']);
  });

  it('[P3] [P8] of what has no JSON throws at once, and is not sent', async () => {
    const page = await openPlain();
    expect(() => page.socket.emit('a', { n: 1n })).toThrow('Do not know how to serialize a BigInt');
    expect(page.links.last().sent).toEqual([]);
  });

  it('with `ackTimeout` set gives acknowledgements an error or null first', async () => {
    const page = await openPlain({ ackTimeout: 100 });
    const heard: unknown[] = [];
    page.socket.emit('a', (...args: unknown[]) => heard.push(args));
    page.requests('a')[0]?.answer(1, 2);
    await page.clock.settle();
    expect(heard).toEqual([[null, 1, 2]]);
  });
});

describe('listeners', () => {
  it('are added in front, listed and taken away by all the names that socket.io-client has', async () => {
    const { socket, ...page } = await openPlain();
    const heard: string[] = [];
    const [a, b, any, first] = ['a', 'b', 'any', 'first'].map((name) => () => void heard.push(name)) as [
      Run,
      Run,
      Run,
      Run,
    ];
    socket.addEventListener('e', a);
    socket.on('e', b);
    socket.onAny(any);
    socket.prependAny(first);
    expect([socket.listeners('e'), socket.hasListeners('e'), socket.hasListeners('f')]).toEqual([[a, b], true, false]);
    expect(socket.listenersAny()).toEqual([first, any]);
    await page.packet('e');
    expect(heard).toEqual(['first', 'any', 'a', 'b']);
    socket.removeListener('e', a).removeEventListener('e', b).offAny(first);
    heard.length = 0;
    await page.packet('e');
    expect(heard).toEqual(['any']);
    socket.on('e', a);
    expect(socket.off(undefined).hasListeners('e')).toBe(true);
    expect(socket.removeAllListeners().offAny().hasListeners('e')).toBe(false);
    expect(socket.listenersAny()).toEqual([]);
  });

  it('of outgoing packets hear them when they go out, without the acknowledgement', async () => {
    const page = openPage({ companion: false });
    const socket = page.open();
    const heard: unknown[] = [];
    socket.onAnyOutgoing((...args) => heard.push(args));
    socket.emit('early', 1);
    expect(heard).toEqual([]);
    await page.accept();
    socket.send('now', () => {});
    expect(heard).toEqual([
      ['early', 1],
      ['message', 'now'],
    ]);
    socket.offAnyOutgoing();
    socket.emit('late');
    expect([heard.length, socket.listenersAnyOutgoing()]).toEqual([2, []]);
  });
});

it.each(['io', 'sendBuffer', 'receiveBuffer'] as const)('%s says that it can not be had, and what to use', (name) => {
  for (const socket of [openPage().open(), createInert()]) {
    expect(() => socket[name]).toThrow(expect.objectContaining({ code: 'not_supported' }));
    expect(Object.keys({ ...socket })).not.toContain(name);
  }
});

it('can be walked through, as a framework that makes things reactive does', () => {
  expect(JSON.parse(JSON.stringify(openPage().open()))).toMatchObject({ connected: false, status: { role: 'none' } });
});

it('an inert socket has every member that a live one has', () => {
  const live = openPage().open();
  const inert = createInert();
  const members = (socket: object) => Object.getOwnPropertyNames(socket).sort();
  expect(members(inert)).toEqual(members(live));
  expect(inert.timeout(1).volatile.compress(true).emit('a', 1)).toBe(inert);
});

it.each(['leader', 'follower'])(
  'connect() inside the handler of the news that ended it connects (%s)',
  async (role) => {
    const page = openPage({ companion: false });
    const [first, second] = [page.open(), page.openElsewhere()];
    await page.accept();
    const socket = role === 'leader' ? first : second;
    expect(socket.status.role).toBe(role);
    const heard: string[] = [];
    socket.on('disconnect', () => void socket.connect());
    socket.on('connect', () => heard.push('connect'));
    page.links.last().events.onClose('io server disconnect');
    // The next one waits until the leader has told everybody, and let go of the lock.
    await page.clock.advance(1_000);
    await page.accept();
    expect([heard, page.links.all.length]).toEqual([['connect'], 2]);
  },
);
