import { describe, expect, it } from 'vitest';
import type { Item } from '../../core/envelope.ts';
import type { Frame } from '../../protocol/messages.ts';
import { openPage } from '../socket/facade.fixture.ts';
import { createHandLock, follow, toStatement } from './fellow.fixture.ts';

const frame = (prev: number, id: number, epoch = 'e'): Frame => ({
  stream: 's',
  epoch,
  prev,
  id,
  events: id > prev ? [{ id, type: 'tick', payload: id, timestamp: 9 }] : [],
});

function open() {
  const lock = createHandLock();
  return { lock, page: openPage({}, () => ({ lock })) };
}

describe('a tab that follows', () => {
  it('[P2] begins where the welcome says, whatever it heard before', async () => {
    const { page } = open();
    const { socket, fellow } = await follow(page);
    const heard: unknown[] = [];
    socket.on('tick', (n) => heard.push(n));
    socket.onRefresh(({ reason }) => heard.push(reason));
    fellow.say({ type: 'items', items: [frame(4, 4), frame(4, 5), { ...frame(6, 6), reason: 'gap' }] });
    await page.clock.settle();
    expect([heard, fellow.count('hello')]).toEqual([[], 1]);
    fellow.say({ type: 'welcome', ...toStatement({ positions: { s: { epoch: 'e', id: 6 } } }) });
    fellow.say({ type: 'items', items: [frame(6, 7)] });
    await page.clock.settle();
    expect(heard).toEqual([7]);
  });

  it('[P9] counts what it dropped because it had it, and hands out a copy of its counters', async () => {
    const { page } = open();
    const { socket, fellow } = await follow(page);
    fellow.say({ type: 'welcome', ...toStatement({ positions: { s: { epoch: 'e', id: 0 } } }) });
    for (let n = 0; n < 2; n += 1) fellow.say({ type: 'items', items: [frame(0, 1)] });
    await page.clock.settle();
    const { counters } = socket.diagnostics();
    expect(counters).toMatchObject({ delivered: 1, duplicates: 1, unhandled: 1 });
    Object.assign(counters, { delivered: 99 });
    expect(socket.diagnostics().counters.delivered).toBe(1);
  });

  it('[P8] drops what its leader said before, whatever it was: a refresh would bring events again', async () => {
    const { page } = open();
    const { socket, fellow } = await follow(page);
    const heard: unknown[] = [];
    socket.on('tick', (n) => heard.push(n));
    socket.onRefresh(({ reason }) => heard.push(reason));
    const again = (seq: number, ...items: Item[]): void => fellow.say({ type: 'items', items }, 1, 'fellow', seq);
    const reset = (epoch: string): Item => ({ stream: 's', epoch, id: 0, reason: 'epoch_changed' });
    fellow.say({ type: 'welcome', ...toStatement({ positions: { s: { epoch: 'e', id: 3 } } }) }, 1, 'fellow', 4);
    // The log was lost twice within one post.
    again(5, reset('f'), reset('g'));
    again(6, frame(0, 1, 'g'), frame(1, 2, 'g'));
    again(5, reset('f'), reset('g'));
    again(6, frame(0, 1, 'g'), frame(1, 2, 'g'));
    again(7, frame(2, 3, 'g'));
    await page.clock.settle();
    expect(heard).toEqual(['epoch_changed', 1, 2, 3]);
    expect(socket.diagnostics().counters).toMatchObject({ duplicates: 2, gaps: 0 });
  });

  it('[P5] counts anew what another leader says, who begins at one', async () => {
    const { page } = open();
    const { socket, fellow } = await follow(page);
    fellow.say({ type: 'alive', ...toStatement({ tabs: ['fellow', 'x'] }) }, 1, 'fellow', 9);
    fellow.say({ type: 'lead', ...toStatement({ tabs: ['next', 'y'] }) }, 2, 'next', 1);
    fellow.say({ type: 'alive', ...toStatement({ tabs: ['next', 'y', 'z'] }) }, 2, 'next', 2);
    await page.clock.settle();
    expect(socket.diagnostics()).toMatchObject({ leader: 'next', tabs: ['next', 'y', 'z'] });
  });

  it('[P9] shows a connection that was replaced within one message as ended and begun', async () => {
    const { page } = open();
    const { socket, fellow } = await follow(page);
    const heard: string[] = [];
    socket.on('connect', () => heard.push('connect'));
    socket.on('disconnect', () => heard.push('disconnect'));
    fellow.say({ type: 'alive', ...toStatement({ link: { connection: 'connected', serial: 2, recovered: true } }) });
    await page.clock.settle();
    expect([heard, socket.connected, socket.recovered]).toEqual([['disconnect', 'connect'], true, true]);
  });

  it('[P3] sends nothing to a leader that said bye: what waits was not sent', async () => {
    const { page } = open();
    const { socket, fellow } = await follow(page);
    expect(socket.status).toMatchObject({ role: 'follower', connection: 'connected' });
    fellow.say({ type: 'bye' });
    await page.clock.settle();
    expect(socket.status).toMatchObject({ role: 'electing', connection: 'connecting' });
    const outcome = socket.timeout(1_000).emitWithAck('add', 1);
    const refused = expect(outcome).rejects.toMatchObject({ outcome: 'not_sent', code: 'timeout' });
    await page.clock.advance(1_000);
    await refused;
    expect(fellow.count('command')).toBe(0);
  });

  it('[P3] sends again what has no outcome when the leader has a new connection', async () => {
    const { page } = open();
    const { socket, fellow } = await follow(page);
    void socket
      .timeout(60_000)
      .emitWithAck('add', 1)
      .catch(() => {});
    await page.clock.settle();
    expect(fellow.count('command')).toBe(1);
    fellow.say({ type: 'alive', ...toStatement({ link: { connection: 'waiting', serial: 1, recovered: false } }) });
    fellow.say({ type: 'alive', ...toStatement({ link: { connection: 'connected', serial: 2, recovered: true } }) });
    await page.clock.settle();
    expect(fellow.count('command')).toBe(2);
    fellow.say({ type: 'alive', ...toStatement({ link: { connection: 'connected', serial: 2, recovered: true } }) });
    await page.clock.settle();
    expect(fellow.count('command')).toBe(2);
  });

  it('[P3] takes no later from a leader whose predecessor may have carried the command', async () => {
    const { page } = open();
    const { socket, fellow } = await follow(page);
    const outcome = socket.timeout(1_000).emitWithAck('add', 1);
    const refused = expect(outcome).rejects.toMatchObject({ outcome: 'unknown', code: 'timeout' });
    await page.clock.settle();
    const [command] = fellow.heard.filter((message) => message.type === 'command');
    const link = { connection: 'connecting', serial: 1, recovered: false, time: 1 } as const;
    fellow.say({ type: 'lead', ...toStatement({ link }) }, 2);
    if (command) fellow.say({ type: 'later', id: command.id, post: command.post }, 2);
    await page.clock.advance(1_000);
    await refused;
  });
});

describe('the watch of a tab that follows', () => {
  it('[P5] takes over from a leader that is silent, within the timeout', async () => {
    const { lock, page } = open();
    const { fellow } = await follow(page);
    await page.clock.advance(5_000);
    expect([lock.steals(), fellow.count('ask')]).toEqual([1, 3]);
  });

  it('[P5] takes over from nobody who answers, even if it is only the last ask', async () => {
    const { lock, page } = open();
    const { fellow } = await follow(page);
    fellow.answer(({ type }) => {
      if (type === 'ask' && fellow.count('ask') % 3 === 0) fellow.say({ type: 'alive', ...toStatement() });
    });
    await page.clock.advance(60_000);
    expect(lock.steals()).toBe(0);
    expect(fellow.count('ask')).toBeGreaterThan(20);
  });

  it('[P5] leaves it to the tab that is about to steal, unless that one had the time for it twice over', async () => {
    const lock = { ...createHandLock(), ifFree: async () => false };
    const page = openPage({}, () => ({ lock }));
    const { fellow } = await follow(page);
    await page.clock.advance(7_000);
    expect([lock.steals(), fellow.count('ask') > 2]).toEqual([0, true]);
    await page.clock.advance(3_000);
    expect(lock.steals()).toBe(1);
  });

  it('[P9] waits for no turn where it only gives up a leader, being out itself', async () => {
    const lock = { ...createHandLock(), ifFree: async () => false };
    const page = openPage({}, () => ({ lock }));
    const { socket, fellow } = await follow(page);
    const link = { serial: 1, recovered: false };
    const reason = { code: 'session_replaced', message: 'another one' };
    fellow.say({ type: 'alive', ...toStatement({ link: { ...link, connection: 'failed', reason } }) });
    fellow.say({ type: 'lead', ...toStatement({ link: { ...link, connection: 'connecting' } }) }, 2, 'new');
    await page.clock.advance(500);
    expect(socket.status.connection).toBe('connecting');
    await page.clock.advance(5_500);
    expect([socket.status.connection, lock.steals()]).toEqual(['failed', 0]);
  });

  it('[P5] takes over from nobody when the tab is hidden during the last ask', async () => {
    const { lock, page } = open();
    const { fellow } = await follow(page);
    fellow.answer(({ type }) => {
      if (type === 'ask' && fellow.count('ask') === 3) page.page.tell('hidden');
    });
    await page.clock.advance(60_000);
    expect([lock.steals(), fellow.count('ask')]).toEqual([0, 3]);
  });

  it('[P5] rests after three steals in the group within a minute', async () => {
    const { lock, page } = open();
    const { fellow } = await follow(page, { steals: 3 });
    await page.clock.advance(50_000);
    expect(lock.steals()).toBe(0);
    expect(fellow.count('ask')).toBeGreaterThan(4);
    await page.clock.advance(20_000);
    expect(lock.steals()).toBeGreaterThan(0);
  });

  it('[P5] rests while the tab is hidden, and goes on when it is shown', async () => {
    const { lock, page } = open();
    const { fellow } = await follow(page);
    page.page.tell('hidden');
    await page.clock.advance(60_000);
    expect([lock.steals(), fellow.count('ask')]).toEqual([0, 0]);
    page.page.tell('visible');
    await page.clock.advance(5_000);
    expect(lock.steals()).toBe(1);
  });
});

describe('a tab that is granted the lock', () => {
  it('[P6] of a group that was signed out meanwhile: does not lead', async () => {
    const { lock, page } = open();
    const { socket } = await follow(page);
    const mark = [...page.store.now.keys()].find((key) => key.endsWith(':mark')) ?? '';
    // Nobody told this tab.
    page.store.now.set(mark, 'another');
    lock.requests[0]?.grant.onGranted();
    await page.clock.advance(1_000);
    expect([socket.status.connection, page.links.all]).toEqual(['signed-out', []]);
  });
});
