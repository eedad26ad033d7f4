import { expect, it } from 'vitest';
import { openPage } from '../socket/facade.fixture.ts';

it('[P8] one forged number in the name of the leader does not make a tab deaf to it', async () => {
  const page = openPage();
  const leader = page.open();
  leader.connect();
  await page.accept();
  const follower = page.openElsewhere();
  const heard: unknown[] = [];
  follower.on('tick', (n) => heard.push(n));
  follower.connect();
  await page.clock.settle();
  const { group, tab } = leader.diagnostics();
  const forger = page.hub.openBus(group, () => {});
  forger.post({
    v: 1,
    term: leader.status.term,
    from: tab,
    seq: Number.MAX_SAFE_INTEGER,
    type: 'later',
    id: 'x',
    post: 1,
  });
  await page.clock.settle();
  await page.events(['tick', 1]);
  await page.clock.advance(120_000);
  expect(heard).toEqual([1]);
});
