import { describe, expect, it } from 'vitest';
import { toFields } from '../../protocol/parse.ts';
import { greeting } from '../leader/connector.fixture.ts';
import { openPage } from './facade.fixture.ts';

describe('the order of what a tab hears', () => {
  it.each([true, false])('[P2] is that of socket.io-client around `connect` (companion: %s)', async (companion) => {
    const page = openPage({ companion });
    const heard: string[] = [];
    const [leader, follower] = [page.open(), page.openElsewhere()];
    for (const [tab, socket] of [
      ['leader', leader],
      ['follower', follower],
    ] as const) {
      for (const name of ['connect', 'disconnect', 'said']) socket.on(name, () => heard.push(`${tab} ${name}`));
    }
    await page.accept();
    heard.length = 0;
    const { events } = page.links.last();
    const say = () => events.onPacket('said', [1]);
    say();
    events.onClose('transport close');
    await page.clock.advance(5_000);
    const again = page.links.last();
    again.events.onOpen('next');
    if (companion) again.events.onPacket('authenticated', [{ ...greeting, streams: {} }]);
    again.events.onPacket('said', [1]);
    await page.clock.settle();
    for (const tab of ['leader', 'follower']) {
      expect(heard.filter((line) => line.startsWith(tab))).toEqual(
        ['said', 'disconnect', 'connect', 'said'].map((name) => `${tab} ${name}`),
      );
    }
  });
});

/** The server says `bye` and answers a follower's command in one task; the leader's own handler of `bye` leaves. */
it.each([true, false])(
  '[P3] an answer that came is not lost when a handler of what came before it leaves (companion: %s)',
  async (companion) => {
    const page = openPage({ companion });
    const leader = page.open();
    leader.connect();
    await page.accept();
    const follower = page.openElsewhere();
    follower.connect();
    await page.clock.settle();
    leader.on('bye', () => void leader.disconnect());
    follower.on('bye', () => {});
    const settled: unknown[] = [];
    follower
      .timeout(60_000)
      .emitWithAck('pay', 1)
      .then(
        (value: unknown) => settled.push(['result', value]),
        (error: { code: string; outcome?: string }) => settled.push([error.code, error.outcome]),
      );
    await page.clock.settle();
    const { events } = page.links.last();
    const [request] = page.requests(companion ? 'command' : 'pay');
    events.onPacket('bye', [1]);
    request?.answer(...(companion ? [{ ok: true, result: 7 }] : [7]));
    await page.clock.settle();
    expect(settled).toEqual([['result', 7]]);
  },
);

it('[P2] what the server sent at once after `connect` reaches the other tabs though the leader leaves in `connect`', async () => {
  const page = openPage({ companion: false });
  const leader = page.open();
  leader.connect();
  await page.accept();
  const follower = page.openElsewhere();
  const heard: unknown[] = [];
  follower.on('said', (n: number) => heard.push(n));
  follower.connect();
  await page.clock.settle();
  page.links.last().events.onClose('transport close');
  await page.clock.advance(5_000);
  leader.on('connect', () => void leader.disconnect());
  const again = page.links.last();
  again.events.onOpen('next');
  again.events.onPacket('said', [1]);
  again.events.onPacket('said', [2]);
  await page.clock.settle();
  expect(heard).toEqual([1, 2]);
});

it("[P9] a follower's connect() in its handler of `disconnect` comes after all that is told of the end", async () => {
  const page = openPage({ companion: false });
  const leader = page.open();
  leader.connect();
  await page.accept();
  const follower = page.openElsewhere();
  follower.connect();
  await page.clock.settle();
  const before = page.hub.posts.length;
  page.links.last().events.onClose('io server disconnect');
  await page.clock.settle();
  const told = page.hub.posts.slice(before).map((post) => toFields(post));
  expect(told.filter((post) => post?.type === 'alive').map((post) => toFields(post?.link)?.connection)).toEqual([
    'failed',
  ]);
});
