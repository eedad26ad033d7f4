import { describe, expect, it } from 'vitest';
import { greeting, openConnector } from './connector.fixture.ts';

describe("the leader's connection", () => {
  it('asks auth, opens one link with it and the handshake, and is online once greeted', async () => {
    const { connector, clock, links, at, heard, packet } = openConnector({ auth: { token: 't' } });
    connector.start();
    connector.start();
    expect(at()).toBe('authorizing');
    await clock.settle();
    expect(at()).toBe('opening');
    expect(links.all.map(({ auth }) => auth)).toEqual([{ token: 't', client: 'c' }]);
    links.last().events.onOpen('x');
    expect([at(), connector.link()]).toEqual(['greeting', null]);
    packet('mine');
    packet('authenticated', greeting);
    packet('mine');
    expect(at()).toBe('online');
    expect(connector.link()).not.toBeNull();
    expect(heard).toEqual(['authenticated x', 'online', 'packet mine']);
  });

  it('a plain server needs no greeting, and is never pinged', async () => {
    const { connector, clock, links, at, heard } = openConnector({ companion: false });
    connector.start();
    await clock.settle();
    links.last().events.onOpen('x');
    expect([at(), heard]).toEqual(['online', ['authenticated x']]);
    await clock.advance(60_000);
    expect(links.last().requests).toEqual([]);
    expect(at()).toBe('online');
  });

  it('[P9] gives up on a server that is no companion: silent twice, or greeting wrongly', async () => {
    const silent = openConnector({ timeout: 3_000 });
    silent.connector.start();
    await silent.clock.settle();
    silent.links.last().events.onOpen('x');
    await silent.clock.advance(3_000);
    // A link may have died before the greeting came.
    expect([silent.heard, silent.at(), silent.links.last().closed]).toEqual([[], 'waiting', true]);
    // Most likely it is no companion: it is said before it is certain.
    expect(silent.connector.state()).toMatchObject({ reason: { message: expect.stringContaining('attachRealtime') } });
    await silent.clock.advance(1_000);
    silent.links.last().events.onOpen('y');
    await silent.clock.advance(3_000);
    expect(silent.links.all).toHaveLength(2);
    expect(silent.heard).toEqual(['gave up: no_companion']);
    const wrong = openConnector();
    wrong.connector.start();
    await wrong.clock.settle();
    wrong.links.last().events.onOpen('x');
    wrong.packet('authenticated', { success: true });
    expect(wrong.heard).toEqual(['gave up: no_companion']);
    expect(wrong.links.last().closed).toBe(true);
  });

  it('bounds the opening, and comes back with backoff', async () => {
    const { connector, clock, links, at } = openConnector({ timeout: 3_000 });
    connector.start();
    await clock.advance(3_000);
    expect([at(), links.last().closed]).toEqual(['waiting', true]);
    await clock.advance(999);
    expect(links.all).toHaveLength(1);
    await clock.advance(1);
    expect(links.all).toHaveLength(2);
    await clock.advance(3_000 + 1_999);
    expect(links.all).toHaveLength(2);
    await clock.advance(1);
    expect(links.all).toHaveLength(3);
  });

  it('[P1] leaves the transport to the other namespaces when its own handshake takes too long', async () => {
    const { connector, clock, links } = openConnector({ timeout: 3_000 });
    connector.start();
    await clock.advance(3_000);
    await clock.advance(1_000);
    links.last().events.onOpen('x');
    await clock.advance(3_000);
    expect(links.all.map(({ closed, dead }) => [closed, dead])).toEqual(Array(2).fill([true, false]));
  });

  it('does not sit out a wait when the network comes back', async () => {
    const { connector, clock, links } = openConnector({ timeout: 3_000 });
    connector.start();
    await clock.advance(3_000);
    connector.hint();
    await clock.settle();
    expect(links.all).toHaveLength(2);
  });

  it('[P1] hears nothing more of a link that it closed', async () => {
    const { connector, clock, links, at, heard, goOnline } = openConnector();
    await goOnline();
    const old = links.last();
    old.events.onClose('transport close');
    expect([at(), heard.at(-1)]).toEqual(['waiting', 'down']);
    old.events.onPacket('mine', []);
    old.events.onClose('again');
    old.events.onRefused({ code: 'wrong_user', message: '' });
    expect([at(), heard.at(-1)]).toEqual(['waiting', 'down']);
    connector.close();
    await clock.advance(60_000);
    expect(links.all).toHaveLength(1);
    expect(clock.timers()).toBe(0);
  });

  it('[P1] opens nothing when it was closed while auth ran', async () => {
    let answer: (auth: { token: string }) => void = () => {};
    const { connector, clock, links } = openConnector({
      auth(done: typeof answer) {
        answer = done;
      },
    });
    connector.start();
    await clock.settle();
    connector.close();
    answer({ token: 'late' });
    await clock.settle();
    expect(links.all).toEqual([]);
    expect(clock.timers()).toBe(0);
  });

  it('[P1] opens nothing when its leadership is not confirmed', async () => {
    const { connector, clock, links, world } = openConnector();
    world.handshake = null;
    connector.start();
    await clock.advance(60_000);
    expect(links.all).toEqual([]);
  });

  it.each([
    ['never', 'session_rejected', 'given-up', 1],
    ['backoff', 'unavailable', 'waiting', 1],
    ['now', 'stale_term', 'opening', 2],
    ['after-auth', 'unauthorized', 'opening', 2],
  ])('a refusal that is retried "%s" (%s): %s', async (_, code, state, opened) => {
    const { connector, clock, links, at, heard } = openConnector();
    connector.start();
    await clock.settle();
    links.last().events.onRefused({ code, message: '' });
    await clock.settle();
    expect(heard[0]).toBe(`refused ${code}`);
    expect([at(), links.all.length]).toEqual([state, opened]);
  });

  it('[P9] stays away when it is told in the place of the greeting that another browser took over', async () => {
    const { clock, connector, packet, links, at, heard } = openConnector();
    connector.start();
    await clock.settle();
    links.last().events.onOpen('x');
    packet('session_replaced', {});
    await clock.advance(60_000);
    expect([at(), links.all.length, heard.at(-1)]).toEqual(['given-up', 1, 'gave up: session_replaced']);
  });

  it('[P6] closes what it was greeted on if the greeting is objected to', async () => {
    const { world, links, at, heard, goOnline } = openConnector();
    world.objection = { code: 'wrong_user', message: '' };
    await goOnline();
    expect([at(), links.last().closed]).toEqual(['given-up', true]);
    expect(heard.at(-1)).toBe('gave up: wrong_user');
  });

  it('a plain server that ends the connection means it; a companion would say why', async () => {
    const plain = openConnector({ companion: false });
    await plain.goOnline();
    plain.links.last().events.onClose('io server disconnect');
    expect(plain.heard.at(-1)).toBe('gave up: closed_by_server');
    const companion = openConnector();
    await companion.goOnline();
    companion.links.last().events.onClose('io server disconnect');
    expect(companion.at()).toBe('waiting');
  });
});

describe('a half-open link', () => {
  it('[P9] that was only slow: the next one, slow to open, gets longer and is kept', async () => {
    const { clock, links, at, requests, goOnline, greet } = openConnector();
    await goOnline();
    await clock.advance(5_000 + 3_000);
    expect(links.all).toHaveLength(2);
    await clock.advance(7_000);
    greet();
    for (let round = 0; round < 3; round += 1) {
      await clock.advance(5_000 + 3_500);
      requests('ping').at(-1)?.answer({ time: 1 });
      expect([at(), links.all.length]).toEqual(['online', 2]);
    }
    // It takes 3.5 s by now: twice that is death.
    await clock.advance(5_000 + 6_999);
    expect(links.all).toHaveLength(2);
    await clock.advance(1);
    expect(links.all).toHaveLength(3);
  });

  it('[P9] is found as fast after many of them, where no ping was needed in between', async () => {
    const { clock, links, packet, goOnline, greet } = openConnector();
    await goOnline();
    for (let dead = 1; dead <= 4; dead += 1) {
      for (let second = 0; second < 6; second += 1) {
        await clock.advance(1_000);
        packet('mine');
      }
      await clock.advance(5_000 + 3_000 + 1_000);
      expect(links.all).toHaveLength(dead + 1);
      expect(links.all[dead - 1]?.dead).toBe(true);
      greet();
    }
  });

  it('[P5] is found by a ping that nobody answers, and opened again at once', async () => {
    const { clock, links, at, requests, goOnline } = openConnector();
    await goOnline();
    await clock.advance(5_000);
    expect(requests('ping')).toHaveLength(1);
    await clock.advance(2_999);
    expect(at()).toBe('online');
    await clock.advance(1);
    expect([links.all[0]?.closed, links.all.length]).toEqual([true, 2]);
  });

  it('[P5] is none as long as anything arrives: an answer, or a packet', async () => {
    const { clock, links, requests, packet, goOnline } = openConnector();
    await goOnline();
    for (let n = 0; n < 10; n += 1) {
      await clock.advance(5_000);
      if (n % 2 === 0) for (const ping of requests('ping')) ping.answer({ time: 1 });
      else packet('mine');
    }
    expect(links.all).toHaveLength(1);
  });

  it('[P5] is looked for by nobody while no tab is visible, and at once when asked to', async () => {
    const { clock, connector, world, links, requests, goOnline } = openConnector();
    await goOnline();
    world.visible = false;
    await clock.advance(60_000);
    expect(requests('ping')).toEqual([]);
    connector.probe();
    connector.probe();
    expect(requests('ping')).toHaveLength(1);
    await clock.advance(3_000);
    expect(links.all).toHaveLength(2);
  });

  it('[P5] is not suspected right after something was heard', async () => {
    const { clock, connector, requests, goOnline } = openConnector();
    await goOnline();
    await clock.advance(4_000);
    connector.probe();
    expect(requests('ping')).toEqual([]);
  });
});
