import { describe, expect, it } from 'vitest';
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
