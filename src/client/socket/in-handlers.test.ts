/** What the app does in a handler holds, and each handler hears of it in its turn. */
import { describe, expect, it } from 'vitest';
import type { OneSocket } from '../types.ts';
import { openPage } from './facade.fixture.ts';

function listen(socket: OneSocket): string[] {
  const heard: string[] = [];
  socket.on('connect', () => heard.push('connect'));
  socket.on('disconnect', (why) => heard.push(why));
  return heard;
}

describe('disconnect().connect() in a handler', () => {
  it.each([
    [true, 'renew'],
    [false, 'renew'],
    [true, 'connect'],
    [false, 'connect'],
  ])('[P7] runs it once (companion: %s, of %s)', async (companion, name) => {
    const page = openPage({ companion });
    const socket = page.open();
    let runs = 0;
    socket.on(name, () => {
      runs += 1;
      if (runs < 50) socket.disconnect().connect();
    });
    await page.accept();
    if (companion) await page.events(['renew']);
    else await page.packet('renew');
    await page.clock.settle();
    expect([runs, page.links.all.length]).toEqual([1, 2]);
  });
});

describe('a second socket of a page', () => {
  it.each([true, false])(
    '[P9] that is connected by the handler of the first hears `connect` once (companion: %s)',
    async (companion) => {
      const page = openPage({ companion });
      const first = page.open();
      const second = page.open({ autoConnect: false });
      const heard = listen(second);
      first.on('connect', () => void second.connect());
      await page.accept();
      expect(heard).toEqual(['connect']);
    },
  );

  it('[P9] that comes, goes and comes in one task hears `connect` once, and no end before it', async () => {
    const page = openPage({ companion: false });
    page.open();
    const second = page.open({ autoConnect: false });
    const heard = listen(second);
    await page.accept();
    second.connect().disconnect().connect();
    await page.clock.settle();
    expect(heard).toEqual(['connect']);
  });
});

describe('the end of a connection', () => {
  it.each(['leader', 'follower'])("[P9] has the transport's word where no more tries are allowed (%s)", async (who) => {
    const page = openPage({ companion: false, reconnection: false });
    const leader = page.open();
    await page.accept();
    const socket = who === 'leader' ? leader : page.openElsewhere();
    await page.clock.settle();
    const heard = listen(socket);
    page.links.last().events.onClose('transport close');
    await page.clock.settle();
    expect([heard, socket.active]).toEqual([['transport close'], false]);
  });

  it('[P3] by disconnect() comes before the acknowledgements, and a connect() in one of them holds', async () => {
    const page = openPage({ companion: false });
    const socket = page.open();
    await page.accept();
    const heard = listen(socket);
    socket.timeout(5_000).emit('pay', 1, (error: { outcome: string }) => {
      heard.push(`${error.outcome}, ${socket.status.connection}`);
      socket.connect();
    });
    await page.clock.settle();
    socket.disconnect();
    expect(heard).toEqual(['io client disconnect', 'unknown, closed']);
    await page.accept();
    expect(socket.connected).toBe(true);
  });

  it('[P3] by disconnect() leaves what its handler emits for the next one', async () => {
    const page = openPage({ companion: false });
    const socket = page.open();
    await page.accept();
    socket.once('disconnect', () => void socket.emit('late', 1));
    socket.disconnect().connect();
    await page.accept();
    expect(page.links.last().sent.map(({ name }) => name)).toEqual(['late']);
  });
});

describe('connect() in a handler that is told of a sign-out', () => {
  it.each(['here', 'there'])('[P6] holds: the guest comes in (signed out %s)', async (where) => {
    let token = 'first';
    const page = openPage({ auth: () => ({ token }) });
    const mine = { user: undefined as unknown as string };
    const [here, there] = [page.open(mine), page.openElsewhere(mine)];
    here.connect();
    await page.accept();
    there.connect();
    await page.clock.settle();
    here.on('disconnect', () => void here.connect());
    token = 'guest';
    await (where === 'here' ? here : there).signOut();
    await page.clock.settle();
    expect([page.links.last().auth.token, here.status.connection]).toEqual(['guest', 'connecting']);
  });
});

describe('onStatus', () => {
  it.each(['session_replaced', 'signed_out'])('[P9] tells once that the leader gave up: %s', async (code) => {
    let auth: { token: string } | null = { token: 'x' };
    const page = openPage({ auth: () => auth });
    const socket = page.open();
    socket.connect();
    await page.accept();
    const heard: string[] = [];
    socket.onStatus(({ connection }) => heard.push(connection));
    auth = null;
    if (code === 'signed_out') page.links.last().events.onClose('transport close');
    else await page.packet('session_replaced', {});
    await page.clock.advance(10_000);
    const end = code === 'signed_out' ? 'signed-out' : 'failed';
    expect(heard.slice(heard.indexOf(end))).toEqual([end, end]); // as leader, and as none
  });

  it.each([{ token: 'y' }, null])(
    '[P9] tells a follower nothing of what only the leader is without: %j',
    async (own) => {
      let token: { token: string } | null = { token: 'x' };
      const page = openPage({ auth: () => token });
      const leader = page.open();
      leader.connect();
      await page.accept();
      const follower = page.openElsewhere({ auth: () => own });
      follower.connect();
      await page.clock.settle();
      const heard: (string | undefined)[] = [];
      follower.onStatus(({ connection, role }) => connection === 'signed-out' && heard.push(role));
      follower.on('connect_error', ({ code }) => heard.push(code));
      token = null;
      page.links.last().events.onClose('transport close');
      await page.clock.advance(10_000);
      if (own) await page.accept();
      const end = own ? ['connected', 'connected'] : ['signed-out', 'signed-out'];
      expect([leader, follower].map(({ status }) => status.connection)).toEqual(end);
      expect(heard).toEqual(own ? [] : ['leader', 'signed_out', 'none']);
    },
  );

  it('[P9] tells each handler the present one last, also where the one before it changed it', async () => {
    const page = openPage();
    const socket = page.open();
    const heard: string[] = [];
    socket.onStatus(({ connection }) => void (connection === 'failed' && socket.disconnect()));
    socket.onStatus(({ connection }) => void heard.push(connection));
    socket.connect();
    await page.accept();
    await page.packet('session_replaced', {});
    expect(heard.slice(-2)).toEqual(['failed', 'closed']);
  });
});

describe('a leader that hears of a higher term, and goes on leading', () => {
  it.each([true, false])('[P3] [P9] ends nothing: there was no end (companion: %s)', async (companion) => {
    const page = openPage({ companion });
    const [leader, follower] = [page.open(), page.openElsewhere()];
    leader.connect();
    await page.accept();
    follower.connect();
    await page.clock.settle();
    const { term } = leader.status;
    const sockets = [leader, follower];
    const heard = sockets.map(listen);
    const answers = sockets.map((socket, n) => socket.timeout(60_000).emitWithAck('pay', n));
    await page.clock.settle();
    page.hub.openBus(leader.diagnostics().group, () => {}).post({ v: 1, from: 'x', term: term + 1, type: 'ask' });
    await page.clock.settle();
    const requests = page.requests(companion ? 'command' : 'pay');
    for (const { answer } of requests) answer(companion ? { ok: true, result: 7 } : 7);
    await page.clock.settle();
    expect([heard, requests.length, await Promise.all(answers)]).toEqual([[[], []], 2, [7, 7]]);
    expect(sockets.map(({ status }) => status.term > term)).toEqual([true, true]);
  });
});

describe('onOneTab', () => {
  it.each([true, false])(
    '[P2] runs for an event whose other handler leaves: no other tab would run it (companion: %s)',
    async (companion) => {
      const page = openPage({ companion });
      const [leader, follower] = [page.open(), page.openElsewhere()];
      const ran: string[] = [];
      leader.onOneTab('order', () => ran.push('leader'));
      leader.on('order', () => void leader.disconnect());
      await page.accept();
      follower.onOneTab('order', () => ran.push('follower'));
      follower.connect();
      await page.clock.settle();
      if (companion) await page.events(['order', 1]);
      else await page.packet('order', 1);
      await page.accept();
      expect(ran).toEqual(['leader']);
    },
  );
});
