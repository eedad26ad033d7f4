import { describe, expect, it } from 'vitest';
import { openPage } from './facade.fixture.ts';

const forbidden = { ok: false, error: { code: 'forbidden', message: 'no' } };

async function openConnected(options: Parameters<typeof openPage>[0] = {}) {
  const page = openPage(options);
  const socket = page.open();
  socket.connect();
  await page.accept();
  const settled: unknown[] = [];
  return {
    ...page,
    socket,
    settled,
    /** Keeps how a promise ended. */
    keep(promise: Promise<unknown>) {
      promise.then(
        (value) => settled.push(value),
        (error: { code: string; outcome?: string }) => settled.push([error.code, error.outcome]),
      );
    },
  };
}

describe('a command', () => {
  it('[P3] goes out with an id and its one argument, and brings its result', async () => {
    const page = await openConnected();
    page.keep(page.socket.emitWithAck('read', { n: 1 }));
    const [command] = page.requests('command');
    expect(command?.args).toEqual([
      { id: expect.any(String), name: 'read', args: [{ n: 1 }], sentAt: expect.any(Number) },
    ]);
    command?.answer({ ok: true, result: { unread: 3 } });
    command?.answer({ ok: true, result: 'again' });
    await page.clock.settle();
    expect(page.settled).toEqual([{ unread: 3 }]);
  });

  it.each([
    ['refused', forbidden, ['forbidden', 'refused']],
    [
      'unknown, where the server can not tell',
      { ok: false, error: { code: 'expired', message: '' } },
      ['expired', 'unknown'],
    ],
  ])('[P3] is %s', async (_, answer, expected) => {
    const page = await openConnected();
    page.keep(page.socket.emitWithAck('read'));
    page.requests('command')[0]?.answer(answer);
    await page.clock.settle();
    expect(page.settled).toEqual([expected]);
  });

  it.each([true, false])(
    '[P2] its answer does not overtake what the server sent before it (companion: %s)',
    async (companion) => {
      const page = await openConnected({ companion });
      const follower = page.openElsewhere();
      follower.connect();
      await page.clock.settle();
      const heard: string[] = [];
      for (const [tab, socket] of [
        ['leader', page.socket],
        ['follower', follower],
      ] as const) {
        socket.on('said', (n: number) => heard.push(`${tab} said ${n}`));
        socket.emit('say', 1, () => heard.push(`${tab} answered`));
      }
      await page.clock.settle();
      const { events } = page.links.last();
      const answer = companion ? [{ ok: true, result: null }] : [];
      for (const [n, request] of page.requests(companion ? 'command' : 'say').entries()) {
        events.onPacket('said', [n]);
        request.answer(...answer);
      }
      await page.clock.settle();
      const of = (tab: string) => heard.filter((line) => line.startsWith(tab));
      expect(of('leader')).toEqual(['leader said 0', 'leader answered', 'leader said 1']);
      expect(of('follower')).toEqual(['follower said 0', 'follower said 1', 'follower answered']);
    },
  );

  it('[P3] waits no longer than its time: unknown if it went out, not_sent if it never did', async () => {
    const page = await openConnected({ ackTimeout: 2_000 });
    page.keep(page.socket.emitWithAck('slow'));
    page.keep(page.socket.timeout(1_000).emitWithAck('quick'));
    await page.clock.advance(1_000);
    expect(page.settled).toEqual([['timeout', 'unknown']]);
    await page.clock.advance(1_000);
    expect(page.settled).toHaveLength(2);
    page.links.last().events.onClose('transport close');
    await page.clock.settle();
    page.keep(page.socket.timeout(10).emitWithAck('never'));
    await page.clock.advance(10);
    expect(page.settled[2]).toEqual(['timeout', 'not_sent']);
  });

  it('[P3] is sent again with the same id when the connection is back', async () => {
    const page = await openConnected();
    page.keep(page.socket.emitWithAck('read'));
    const [first] = page.requests('command');
    page.links.last().events.onClose('transport close');
    await page.clock.advance(1_000);
    await page.accept();
    const [second] = page.requests('command');
    expect(second?.args).toEqual(first?.args);
    second?.answer({ ok: true, result: 1 });
    await page.clock.settle();
    expect(page.settled).toEqual([1]);
  });

  it('calls an acknowledgement as socket.io-client does: bare, or with an error first under timeout()', async () => {
    const page = await openConnected();
    const acks: unknown[] = [];
    page.socket.emit('bare', 1, (...args: unknown[]) => acks.push(['bare', ...args]));
    page.socket.timeout(500).emit('timed', 1, (...args: unknown[]) => acks.push(['timed', ...args]));
    page.socket.timeout(500).emit('late', (error: unknown) => acks.push(['late', error]));
    const [bare, timed] = page.requests('command');
    bare?.answer({ ok: true, result: 'a' });
    timed?.answer({ ok: true, result: 'b' });
    await page.clock.advance(500);
    expect(acks).toEqual([
      ['bare', 'a'],
      ['timed', null, 'b'],
      ['late', expect.objectContaining({ code: 'timeout', outcome: 'unknown' })],
    ]);
  });

  it('[P7] an acknowledgement that throws is reported, and the next ones are called', async () => {
    const page = await openConnected();
    const bad = new Error('mine');
    let called = 0;
    page.socket.emit('a', () => {
      throw bad;
    });
    page.socket.emit('b', () => {
      called += 1;
    });
    for (const { answer } of page.requests('command')) answer({ ok: true });
    expect([page.clock.reported, called]).toEqual([[bad], 1]);
    expect(page.socket.diagnostics().counters.handlerErrors).toBe(1);
  });

  it('[P9] that nobody waits for is counted by its outcome', async () => {
    const page = await openConnected();
    page.socket.emit('a', 1);
    page.socket.emit('b', 1);
    expect(page.socket.diagnostics().outbox).toBe(2);
    const [a, b] = page.requests('command');
    a?.answer({ ok: true });
    b?.answer(forbidden);
    expect(page.socket.diagnostics()).toMatchObject({ outbox: 0, counters: { results: 1, refused: 1 } });
  });

  it('takes one argument with a companion, any number without, and no name of the connection', async () => {
    const companion = await openConnected();
    const many = expect.objectContaining({ code: 'too_many_arguments' });
    expect(() => companion.socket.emit('a', 1, 2)).toThrow(many);
    expect(() => companion.socket.emit('a', 1, 2, () => {})).toThrow(many);
    await expect(companion.socket.emitWithAck('a', 1, 2)).rejects.toEqual(many);
    for (const name of ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener']) {
      expect(() => companion.socket.emit(name)).toThrow(`"${name}" is a reserved event name`);
      await expect(companion.socket.emitWithAck(name)).rejects.toThrow('reserved');
    }
    expect([companion.requests('command'), companion.socket.diagnostics().outbox]).toEqual([[], 0]);
    const plain = await openConnected({ companion: false });
    plain.socket.emit('a', 1, 2, 3);
    expect(plain.links.last().sent).toEqual([{ name: 'a', args: [1, 2, 3] }]);
  });

  it('[P3] a plain server acknowledges with what it likes; what it had when the connection ended is unknown', async () => {
    const page = await openConnected({ companion: false });
    const acks: unknown[] = [];
    page.socket.emit('a', 1, (...args: unknown[]) => acks.push(args));
    page.keep(page.socket.emitWithAck('b'));
    page.keep(page.socket.emitWithAck('c'));
    page.requests('a')[0]?.answer(1, 2);
    page.requests('b')[0]?.answer('first', 'second');
    page.links.last().events.onClose('transport close');
    await page.clock.advance(5_000);
    expect([acks, page.settled]).toEqual([[[1, 2]], ['first', ['disconnected', 'unknown']]]);
    await page.accept();
    expect(page.links.last().requests).toEqual([]);
  });

  it('[P3] emitted before the connection is there goes out with it, in order', async () => {
    const page = openPage();
    const socket = page.open();
    for (const name of ['a', 'b', 'c']) socket.emit(name);
    await page.accept();
    expect(page.requests('command').map(({ args }) => (args[0] as { name: string }).name)).toEqual(['a', 'b', 'c']);
  });

  it('[P3] of a tab that leaves is settled at once', async () => {
    const page = await openConnected();
    page.keep(page.socket.emitWithAck('sent'));
    page.socket.disconnect();
    await page.clock.settle();
    expect(page.settled).toEqual([['closed', 'unknown']]);
  });
});
