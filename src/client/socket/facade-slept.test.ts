import { expect, it } from 'vitest';
import { openPage } from './facade.fixture.ts';

const minutes = 60_000;

/** Two pages of a browser, connected since the server's time was 1,000. */
async function openConnected() {
  const page = openPage();
  const leader = page.open();
  leader.connect();
  await page.accept({ time: 1_000 });
  const follower = page.openElsewhere();
  follower.connect();
  await page.clock.advance(100);
  return {
    ...page,
    of: { leader, follower },
    /** A machine that sleeps: the wall clock goes on, the other one stands in some browsers. */
    sleep: (ms: number) => page.clock.step(ms),
    stamps: () => page.requests('command').map(({ args }) => (args[0] as { sentAt: number }).sentAt),
  };
}

it.each(['leader', 'follower'] as const)(
  '[P3] after a sleep a command of the %s is stamped by the next greeting, not by the time of falling asleep',
  async (who) => {
    const { accept, clock, links, of, sleep, stamps } = await openConnected();
    sleep(11 * minutes);
    const outcome = of[who].emitWithAck('pay');
    await clock.settle();
    expect(stamps()).toEqual([]);
    // The connection did not live through it: it is found dead now, not at the next silence.
    await clock.advance(3_000);
    await clock.settle();
    expect(links.all).toHaveLength(2);
    await accept({ time: 664_000 });
    expect(stamps()).toEqual([664_000]);
    links
      .last()
      .requests.find(({ name }) => name === 'command')
      ?.answer({ ok: true, result: 'paid' });
    await clock.settle();
    await expect(outcome).resolves.toBe('paid');
  },
);

it.each(['leader', 'follower'] as const)(
  '[P3] where the wall clock was merely set, a command of the %s waits for a ping to tell the time',
  async (who) => {
    const { clock, of, requests, sleep, stamps } = await openConnected();
    sleep(-5 * minutes);
    void of[who].emitWithAck('pay');
    void of[who].emitWithAck('pay');
    await clock.settle();
    expect(stamps()).toEqual([]);
    const pings = requests('ping');
    expect(pings).toHaveLength(1);
    pings[0]?.answer({ time: 1_200 });
    await clock.settle();
    expect(stamps()).toEqual([1_200, 1_200]);
    void of.leader.emitWithAck('pay');
    void of.follower.emitWithAck('pay');
    await clock.advance(1_000);
    expect(stamps()).toEqual([1_200, 1_200, 1_200, 1_200]);
    expect(requests('ping')).toHaveLength(1);
  },
);

it('[P3] a ping of before the sleep does not tell the time after it', async () => {
  const { clock, of, requests, sleep, stamps } = await openConnected();
  await clock.advance(5_000);
  sleep(11 * minutes);
  void of.follower.emitWithAck('pay');
  await clock.settle();
  const [before, after] = requests('ping');
  before?.answer({ time: 6_000 });
  await clock.settle();
  expect(stamps()).toEqual([]);
  after?.answer({ time: 666_000 });
  await clock.settle();
  expect(stamps()).toEqual([666_000]);
});

it('[P3] a page that comes after a sleep is not told the time of falling asleep', async () => {
  const { accept, clock, open, openElsewhere, requests } = openPage();
  open().connect();
  await accept({ time: 1_000 });
  clock.step(11 * minutes);
  const late = openElsewhere();
  late.connect();
  await clock.settle();
  void late.emitWithAck('pay');
  await clock.settle();
  expect(requests('command')).toEqual([]);
  requests('ping')[0]?.answer({ time: 661_000 });
  await clock.settle();
  expect(requests('command').map(({ args }) => args)).toEqual([[expect.objectContaining({ sentAt: 661_000 })]]);
});

it('[P3] little steps of the wall clock change nothing', async () => {
  const { clock, of, requests, sleep, stamps } = await openConnected();
  for (const ms of [30_000, -50_000, 40_000]) {
    sleep(ms);
    void of.leader.emitWithAck('pay');
    void of.follower.emitWithAck('pay');
    await clock.settle();
  }
  expect(stamps()).toEqual([1_100, 1_100, 1_100, 1_100, 1_100, 1_100]);
  expect(requests('ping')).toEqual([]);
});
