/** While it is in doubt whether this tab still leads nothing is posted; what was answered meanwhile counts all the same. */
import { expect, it } from 'vitest';
import { createLock, openPage } from '../socket/facade.fixture.ts';
import { joinAsFellow } from './fellow.fixture.ts';

async function paused(companion: boolean) {
  const answers: (() => void)[] = [];
  const page = openPage({ companion }, ({ soon }) => ({
    lock: { ...createLock(soon), holder: () => new Promise((resolve) => answers.push(() => resolve('holder'))) },
  }));
  const leader = page.open();
  leader.connect();
  await page.accept();
  for (const answer of answers.splice(0)) answer();
  const follower = page.openElsewhere();
  follower.connect();
  await page.clock.settle();
  const settled: unknown[] = [];
  const keep = (name: string, promise: Promise<unknown>) =>
    promise.then(
      (value) => settled.push([name, value]),
      (error: { code: string; outcome?: string }) => settled.push([name, error.code, error.outcome]),
    );
  keep('leader', leader.timeout(30_000).emitWithAck('pay', 1));
  keep('follower', follower.timeout(30_000).emitWithAck('pay', 2));
  await page.clock.settle();
  joinAsFellow(page, leader).say({ type: 'hello', fresh: false, cursors: {}, streams: [] }, leader.status.term + 5);
  await page.clock.settle();
  for (const request of page.requests(companion ? 'command' : 'pay'))
    request.answer(...(companion ? [{ ok: true, result: 7 }] : [7]));
  await page.clock.settle();
  return { page, leader, follower, settled, answers };
}

it.each([true, false])(
  '[P3] answers that came in doubt are told when the connection is given up (companion: %s)',
  async (companion) => {
    const { page, settled } = await paused(companion);
    const { events } = page.links.last();
    if (companion) events.onPacket('session_replaced', [{}]);
    else events.onClose('io server disconnect');
    await page.clock.advance(29_000);
    await page.clock.advance(60_000);
    expect(settled.sort()).toEqual([
      ['follower', 7],
      ['leader', 7],
    ]);
  },
);

it.each([true, false])(
  '[P3] answers that came in doubt are told when the page goes (companion: %s)',
  async (companion) => {
    const { page, settled } = await paused(companion);
    page.page.tell('left');
    await page.clock.advance(29_000);
    expect(settled).toContainEqual(['follower', 7]);
  },
);

it('[P3] (plain) news of the loss comes before the outcome it causes, also in doubt', async () => {
  const answers: (() => void)[] = [];
  const page = openPage({ companion: false }, ({ soon }) => ({
    lock: { ...createLock(soon), holder: () => new Promise((resolve) => answers.push(() => resolve('holder'))) },
  }));
  const leader = page.open();
  leader.connect();
  await page.accept();
  for (const answer of answers.splice(0)) answer();
  await page.clock.settle();
  const heard: string[] = [];
  leader.on('disconnect', () => heard.push('disconnect'));
  leader
    .timeout(30_000)
    .emitWithAck('pay', 1)
    .catch((e: { outcome?: string }) => heard.push(String(e.outcome)));
  await page.clock.settle();
  joinAsFellow(page, leader).say({ type: 'hello', fresh: false, cursors: {}, streams: [] }, leader.status.term + 5);
  await page.clock.settle();
  page.links.last().events.onClose('transport close');
  await page.clock.settle();
  for (const answer of answers) answer();
  await page.clock.settle();
  expect(heard).toEqual(['disconnect', 'unknown']);
});

it('[P2] who says hello in doubt hears no more than was posted: else it would refresh for a hole that is none', async () => {
  const { page, follower, answers } = await paused(true);
  const heard: unknown[] = [];
  follower.on('tick', (n) => heard.push(n));
  follower.onRefresh(({ reason }) => heard.push(reason));
  for (const name of ['connect', 'disconnect'] as const) follower.on(name, () => heard.push(name));
  await page.events(['tick', 1]);
  follower.channel('room:a');
  await page.clock.settle();
  for (const answer of answers) answer();
  await page.clock.settle();
  await page.events(['tick', 2]);
  expect(heard).toEqual([1, 2]);
});
