import { describe, expect, it } from 'vitest';
import { openPage } from './facade.fixture.ts';

const day = 86_400_000;

describe('a server that lies', () => {
  it.each([2 ** 53 - 1, 2 ** 52 - 1, 1e308, Number.NaN, Number.POSITIVE_INFINITY, -1, '5', null])(
    '[P8] about the highest term leaves the group one that its tabs believe: %s',
    async (term) => {
      const page = openPage();
      page.open().on('order', () => {});
      await page.clock.settle();
      page.lock.holder = async () => 'somebody else';
      page.links.last().events.onRefused({ code: 'stale_term', message: '', cause: { term } });
      await page.clock.advance(10_000);
      expect(page.links.all.length).toBeGreaterThan(1);
      expect(page.links.last().auth.term).toSatisfy(Number.isSafeInteger);
      expect(page.links.last().auth.term).toBeLessThan(page.clock.wall() + day);
    },
  );

  it('[P8] that opens more streams than there may be is not followed, and the rest goes on', async () => {
    const page = openPage();
    const socket = page.open();
    const heard: unknown[] = [];
    socket.on('order', (payload) => heard.push(payload));
    const streams = Object.fromEntries(Array.from({ length: 63 }, (_, n) => [`s${n}`, { epoch: 'e', id: 0 }]));
    await page.accept({ streams: { ...streams, 'user:u': { epoch: 'e', id: 0 } } });
    const event = { id: 1, type: 'order', payload: 'foreign', timestamp: 0 };
    await page.packet('events', { stream: 'one more', epoch: 'e', prev: 0, id: 1, events: [event] });
    await page.packet('events', { stream: 'another', epoch: 'e', prev: 0, id: 0, events: [] });
    await page.packet('full_refresh', { stream: 'a third', epoch: 'e', id: 0, reason: 'gap' });
    expect(socket.diagnostics().counters.malformed).toBe(3);
    await page.events(['order', 'mine']);
    expect(heard).toEqual(['mine']);
  });
});
