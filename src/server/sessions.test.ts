import { describe, expect, it } from 'vitest';
import type { Identity } from './identity.ts';
import type { Logger } from './ports.ts';
import { createWorld } from './realtime.fixture.ts';
import { createMemoryRegistry, type Registry } from './registry.ts';
import { createManualClock } from './world.fixture.ts';

describe('who is there', () => {
  it('counts users, not connections, and only those that are connected', async () => {
    const { realtime, enter } = createWorld();
    const { peer } = await enter('u');
    await enter('u', { client: 'c2' });
    await enter('v');
    expect(await realtime.connectedUserCount()).toBe(2);
    peer.drop();
    expect([await realtime.connectedUserCount(), await realtime.isUserConnected('u')]).toEqual([2, true]);
  });

  it('says of a session up to where it had its own stream when it connected', async () => {
    const { realtime, enter, emit, log } = createWorld();
    await emit('u', 5);
    const { epoch } = await log.bounds('user:u');
    await enter('u', { cursors: { 'user:u': { epoch, id: 3 } } });
    expect(await realtime.sessions({ userId: 'u' })).toMatchObject([{ lastEventId: 3, socketId: expect.any(String) }]);
  });

  it('[P6] ends all sessions of a user: each comes back only with a token that is accepted', async () => {
    const { realtime, enter } = createWorld();
    const one = await enter('u');
    const two = await enter('u', { client: 'c2' });
    const plain = await enter('u', { onesocket: undefined, tab: 'p' });
    const other = await enter('v');
    expect(await realtime.revokeSessions('u')).toBe(3);
    for (const { peer } of [one, two, plain]) {
      expect([peer.all('token_expired').length, peer.connected()]).toEqual([1, false]);
    }
    expect(other.peer.connected()).toBe(true);
    expect(await realtime.isUserConnected('u')).toBe(false);
  });
});

it("[P9] sessions 'replace': a browser that is replaced on its way in is told so", async () => {
  const { realtime, hub, enter } = createWorld({ sessions: 'replace' });
  const late = await realtime.admit({ token: 'u', onesocket: 1, client: 'c', tab: 't', term: 1, attempt: 1 }, 'late');
  const { peer } = await enter('u', { client: 'd' });
  const latePeer = hub.peer('late');
  if (late.ok) realtime.accept(latePeer, late);
  // Whoever is told nothing comes again, and takes the place of the newer one.
  expect([latePeer.all('session_replaced').length, latePeer.all('authenticated').length]).toEqual([1, 0]);
  expect([latePeer.connected(), peer.connected()]).toEqual([false, true]);
});

it('sessions of a module are also those of a token that names none: it is of all', async () => {
  const identities: Record<string, Identity> = {
    any: { userId: 'any' },
    some: { userId: 'some', modules: ['orders'] },
    none: { userId: 'none', modules: [] },
  };
  const { realtime, enter } = createWorld({ authenticate: (token = '') => identities[token] as Identity });
  for (const name of Object.keys(identities)) await enter(name, { client: name });
  expect((await realtime.sessions({ module: 'orders' })).map(({ userId }) => userId)).toEqual(['any', 'some']);
});

describe('an event for somebody who is not there', () => {
  function listen() {
    const errors: string[] = [];
    const logger: Logger = { warn: () => {}, error: (message) => errors.push(message) };
    const world = createWorld({ logger });
    const heard: unknown[] = [];
    const stop = world.realtime.onUndelivered(({ userId, type, payload, receipt }) => {
      heard.push([userId, type, payload, receipt.stream, receipt.id]);
    });
    return { ...world, heard, stop, errors };
  }

  it('is told, with what it was and where it stands in the log', async () => {
    const { realtime, enter, clock, heard } = listen();
    const { peer } = await enter('v');
    await realtime.sendToUsers(['u', 'v'], 'mail', { n: 1 });
    await realtime.to({ user: 'u' }).emit('mail', { n: 2 });
    await realtime.broadcastToAll('mail', { n: 3 });
    await clock.settle();
    expect(heard).toEqual([
      ['u', 'mail', { n: 1 }, 'user:u', 1],
      ['u', 'mail', { n: 2 }, 'user:u', 2],
    ]);
    peer.drop();
    await clock.settle();
    await realtime.sendToUser('v', 'mail', { n: 4 });
    await clock.settle();
    expect(heard.at(-1)).toEqual(['v', 'mail', { n: 4 }, 'user:v', 2]);
  });

  it('[P7] a listener that throws disturbs neither the emit nor the others, and is logged', async () => {
    const { realtime, clock, heard, errors, stop } = listen();
    realtime.onUndelivered(() => {
      throw new Error('mail server');
    });
    expect(await realtime.sendToUser('u', 'mail', 1)).toMatchObject({ id: 1 });
    await clock.settle();
    expect(heard).toHaveLength(1);
    expect(errors).toEqual(['onUndelivered failed for mail to "u"']);
    stop();
    await realtime.sendToUser('u', 'mail', 2);
    await clock.settle();
    expect(heard).toHaveLength(1);
  });

  it('[P7] whoever emits does not wait for a listener', async () => {
    const { realtime, clock } = listen();
    let answer = (): void => {};
    realtime.onUndelivered(() => new Promise<void>((resolve) => (answer = resolve)));
    let isAppended = false;
    const emitted = realtime.sendToUser('u', 'mail', 1).then(() => {
      isAppended = true;
    });
    await clock.settle();
    expect(isAppended).toBe(true);
    answer();
    await emitted;
  });
});

describe('closing', () => {
  it('[P4] is done when the sessions are given back, so that the stores may be closed', async () => {
    const registry = createMemoryRegistry(createManualClock());
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const given: string[] = [];
    const slow: Registry = {
      ...registry,
      async release(claim) {
        await answered;
        given.push(claim.userId);
      },
    };
    const { realtime, enter, clock } = createWorld({ registry: slow });
    const { peer } = await enter('u');
    await realtime.admit({ token: 'v', onesocket: 1, client: 'c', tab: 't', term: 1, attempt: 1 }, 'awaited');
    let done = false;
    const closed = realtime.close().then(() => {
      done = true;
    });
    await clock.settle();
    expect([peer.connected(), done]).toEqual([false, false]);
    answer();
    await closed;
    expect(given.sort()).toEqual(['u', 'v']);
  });

  it('[P9] waits no longer than 2 s for a registry that hangs', async () => {
    const registry: Registry = { ...createMemoryRegistry(createManualClock()), release: () => new Promise(() => {}) };
    const { realtime, enter, clock } = createWorld({ registry });
    await enter('u');
    const closed = realtime.close();
    await clock.settle();
    await clock.advance(2_000);
    await closed;
  });

  it('[P4] gives back a session too that was granted while it closed', async () => {
    const registry = createMemoryRegistry(createManualClock());
    let grant = (): void => {};
    const granted = new Promise<void>((resolve) => {
      grant = resolve;
    });
    const given: string[] = [];
    const slow: Registry = {
      ...registry,
      async claim(claim, policy) {
        const answer = await registry.claim(claim, policy); // the store has it ...
        await granted; // ... its answer is under way
        return answer;
      },
      async release(claim) {
        await registry.release(claim);
        given.push(claim.userId);
      },
    };
    const { realtime, clock, hub } = createWorld({ registry: slow, sessions: 'reject' });
    const peer = hub.peer('p');
    const admitting = realtime
      .admit({ token: 'u', onesocket: 1, client: 'c', tab: 't', term: 1, attempt: 1 }, peer.id)
      .then((answer) => answer.ok && realtime.accept(peer, answer));
    await clock.settle();
    const closed = realtime.close().then(() => given.push('closed'));
    await clock.settle();
    grant();
    await admitting;
    await clock.settle();
    await closed;
    expect([given, (await registry.ofUser('u')).length]).toEqual([['u', 'closed'], 0]);
  });
});
