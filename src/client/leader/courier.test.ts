import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import { toSettings } from '../options.ts';
import { createLinks } from '../ports.fixture.ts';
import { createCourier } from './courier.ts';

function open(companion: boolean) {
  const clock = createManualClock();
  const links = createLinks();
  const told: string[] = [];
  const made = links.openLink({}, { onOpen() {}, onPacket() {}, onClose() {}, onRefused() {} });
  const world = { connected: true };
  const courier = createCourier({
    settings: toSettings('https://server/', { companion }),
    clock,
    link: () => (world.connected ? made : null),
    inTurn: (tell) => tell()(),
    post: (body, to) => () => {
      if (body.type === 'later') told.push(`${to} later ${body.id} ${body.post}`);
      if (body.type === 'outcome') told.push(`${to} ${body.id} ${JSON.stringify(body.answer)}`);
    },
  });
  const carry = (id: string, more: { sentAt?: number | null; wantsAnswer?: boolean; post?: number } = {}): void =>
    courier.carry('tab', { type: 'command', id, post: 1, name: 'n', args: [5], sentAt: 9, wantsAnswer: true, ...more });
  return { clock, link: links.last(), told, world, courier, carry };
}

describe('the courier', () => {
  it('[P3] sends a command once with its id and stamp, and brings its outcome to the tab that asked', () => {
    const { link, told, carry } = open(true);
    carry('a');
    carry('a', { post: 2 });
    expect(link.requests.map(({ name, args }) => [name, args])).toEqual([
      ['command', [{ id: 'a', name: 'n', args: [5], sentAt: 9 }]],
    ]);
    link.requests[0]?.answer({ ok: true, result: 7 });
    link.requests[0]?.answer({ ok: true, result: 8 });
    expect(told).toEqual(['tab a {"ok":true,"result":7}']);
    carry('a', { post: 3 });
    expect(link.requests).toHaveLength(2);
  });

  it.each([true, false])(
    "[P3] [P8] refuses what the server would end the connection for, or what can't be sent (companion: %s)",
    async (companion) => {
      const { clock, link, told, carry } = open(companion);
      link.fits = false;
      carry('a');
      carry('b', { wantsAnswer: false });
      link.fits = null;
      carry('c');
      link.fits = true;
      carry('d');
      await clock.settle();
      expect(told).toEqual([
        expect.stringMatching(/^tab a .*"ok":false.*payload_too_large/),
        expect.stringMatching(/^tab b .*"ok":false.*payload_too_large/),
        expect.stringMatching(/^tab c .*"ok":false.*invalid_payload/),
      ]);
      expect([link.sent, link.requests.length]).toEqual([[], 1]);
    },
  );

  it('[P3] keeps none: without a connection, or a stamp, it says later, from a task of its own', async () => {
    const { clock, link, told, world, carry } = open(true);
    carry('a', { sentAt: null, post: 3 });
    world.connected = false;
    carry('b', { post: 4 });
    expect(told).toEqual([]);
    await clock.settle();
    expect(told).toEqual(['tab later a 3', 'tab later b 4']);
    world.connected = true;
    await clock.settle();
    expect([link.sent, link.requests]).toEqual([[], []]);
  });

  it('[P3] an answer that is none leaves the outcome unknown', () => {
    const { link, told, carry } = open(true);
    carry('a');
    link.requests[0]?.answer('?');
    expect(told[0]).toMatch('tab a {"ok":false,"error":{"code":"disconnected"');
  });

  it('[P8] carries so many at once and no more', async () => {
    const { clock, link, told, carry } = open(true);
    for (let n = 0; n < 4_001; n += 1) carry(`c${n}`);
    await clock.settle();
    expect(link.requests).toHaveLength(4_001);
    // The oldest was forgotten: what comes for it now is nobody's.
    link.requests[0]?.answer({ ok: true });
    expect(told).toEqual([]);
    link.requests[1]?.answer({ ok: true });
    expect(told).toHaveLength(1);
  });

  it('[P3] forgets what it carried with the link: the tabs send again, and a late answer is nobody’s', () => {
    const { link, told, courier, carry } = open(true);
    carry('a');
    courier.reset();
    link.requests[0]?.answer({ ok: true });
    expect(told).toEqual([]);
    carry('a', { post: 2 });
    expect(link.requests).toHaveLength(2);
  });

  it('[P3] to a plain server emits as the app did, and says unknown when the link ends before the answer', async () => {
    const { clock, link, told, courier, carry } = open(false);
    carry('a', { sentAt: null });
    carry('b', { wantsAnswer: false });
    await clock.settle();
    expect(link.sent).toEqual([{ name: 'n', args: [5] }]);
    expect(link.requests.map(({ name, args }) => [name, args])).toEqual([['n', [5]]]);
    link.requests[0]?.answer(1, 2);
    expect(told).toEqual(['tab b {"ok":true}', 'tab a {"ok":true,"result":[1,2]}']);
    carry('c');
    courier.reset();
    await clock.settle();
    expect(told[2]).toMatch('tab c {"ok":false,"error":{"code":"disconnected"');
    link.requests[1]?.answer(1);
    expect(told).toHaveLength(3);
  });

  it.each([true, false])(
    '[P8] drops a post that comes again: nothing is sent twice, or called not sent (companion: %s)',
    async (companion) => {
      const { clock, link, told, world, courier, carry } = open(companion);
      carry('a');
      carry('b', { wantsAnswer: false });
      for (const { answer } of link.requests) answer({ ok: true });
      courier.reset();
      const before = [link.requests.length, link.sent.length];
      carry('a');
      carry('b', { wantsAnswer: false });
      world.connected = false;
      carry('a');
      await clock.settle();
      expect([link.requests.length, link.sent.length]).toEqual(before);
      expect(told.filter((what) => what.includes('later'))).toEqual([]);
    },
  );
});
