import { describe, expect, it } from 'vitest';
import type { OneSocketOptions } from '../option-types.ts';
import { greeting, openConnector } from './connector.fixture.ts';

/** Hidden: nobody pings meanwhile. */
function openHidden(options: OneSocketOptions) {
  const opened = openConnector(options);
  opened.world.visible = false;
  return opened;
}

describe('the renewal of a token', () => {
  const token = (n: number) => ({ token: `t${n}` });
  it('asks auth ahead of the end, tells the server, and goes by what it answers', async () => {
    let calls = 0;
    const { clock, links, requests, goOnline } = openHidden({ auth: async () => token(++calls) });
    await goOnline({ expiresInMs: 100_000 });
    await clock.advance(79_999);
    expect(calls).toBe(1);
    await clock.advance(1);
    expect(requests('reauthenticate').map(({ args }) => args)).toEqual([[token(2)]]);
    requests('reauthenticate')[0]?.answer({ ok: true, expiresInMs: 50_000 });
    await clock.advance(39_999);
    expect(calls).toBe(2);
    await clock.advance(1);
    expect(requests('reauthenticate')).toHaveLength(2);
    requests('reauthenticate')[1]?.answer({ ok: false, error: { code: 'wrong_user', message: '' } });
    await clock.advance(1_000_000);
    expect(calls).toBe(3);
    expect(links.all).toHaveLength(1);
  });

  it.each([
    ['null', async () => null],
    ['an error', async () => Promise.reject(new Error('mine'))],
    ['nothing in time', () => new Promise<null>(() => {})],
  ])('leaves the connection as it is when auth gives %s', async (_, later) => {
    let calls = 0;
    const auth = () => {
      calls += 1;
      return calls === 1 ? Promise.resolve(token(1)) : later();
    };
    const { clock, at, requests, goOnline } = openHidden({ auth });
    await goOnline({ expiresInMs: 100_000 });
    await clock.advance(95_000);
    expect([calls, at(), requests('reauthenticate').length]).toEqual([2, 'online', 0]);
  });

  it.each([
    ['auth that fails', { ok: true, expiresInMs: 100_000 }, 1],
    ['a server that is busy', { ok: false, error: { code: 'rate_limited', message: '' } }, 0],
  ])('is tried again in what is left of the token, after %s', async (_, answer, failures) => {
    let calls = 0;
    const auth = async () => {
      calls += 1;
      if (calls === 2 && failures === 1) throw new Error('not now');
      return token(calls);
    };
    const { clock, at, requests, goOnline } = openHidden({ auth });
    await goOnline({ expiresInMs: 100_000 });
    await clock.advance(80_000);
    requests('reauthenticate')[0]?.answer(answer);
    await clock.advance(15_999);
    expect([calls, requests('reauthenticate').length]).toEqual([2, 1 - failures]);
    await clock.advance(1);
    expect([at(), requests('reauthenticate').at(-1)?.args]).toEqual(['online', [token(3)]]);
    expect(clock.timers()).toBeLessThanOrEqual(2);
  });

  it('ends with the link', async () => {
    let calls = 0;
    const { clock, connector, goOnline } = openHidden({ auth: async () => token(++calls) });
    await goOnline({ expiresInMs: 100_000 });
    connector.close();
    await clock.advance(200_000);
    expect(calls).toBe(1);
    expect(clock.timers()).toBe(0);
  });

  it('[P8] has one timer, however often the server answers or greets', async () => {
    const { clock, connector, packet, requests, goOnline, at } = openHidden({ auth: async () => token(1) });
    connector.start();
    await clock.settle();
    // Before the transport is open: nothing that is said then counts.
    for (let n = 0; n < 3; n += 1) packet('authenticated', { ...greeting, expiresInMs: 100_000 });
    expect(at()).toBe('opening');
    await goOnline({ expiresInMs: 100_000 });
    await clock.advance(80_000);
    const [renewal] = requests('reauthenticate');
    for (let n = 0; n < 3; n += 1) renewal?.answer({ ok: true, expiresInMs: 100_000 });
    connector.close();
    expect(clock.timers()).toBe(0);
  });
});
