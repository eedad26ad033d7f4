import { describe, expect, it } from 'vitest';
import { createWorld } from './realtime.fixture.ts';

describe('who may connect', () => {
  it.each([
    ['bad_handshake', { term: -1 }],
    ['bad_handshake', { client: '' }],
    ['bad_handshake', { cursors: { 'user:u': { epoch: 'e' } } }],
    ['unsupported_version', { onesocket: 2 }],
    ['unauthorized', { token: '' }],
    ['unauthorized', { token: 'x'.repeat(252) }],
    ['token_expired', { token: 'u@1' }],
    ['wrong_user', { user: 'v' }],
  ])('[P8] refuses with %s: %j', async (code, auth) => {
    const { enter, realtime } = createWorld();
    const { answer, peer } = await enter('u', auth);
    expect(answer).toMatchObject({ ok: false, code });
    expect(peer.sent).toEqual([]);
    expect(await realtime.sessions()).toEqual([]);
    expect(realtime.diagnostics().counters).toEqual({ [`refused:${code}`]: 1 });
  });

  it('[P8] refuses whoever authenticate is too slow for, or fails on', async () => {
    const { clock, realtime } = createWorld({ authenticate: () => new Promise(() => {}), authTimeoutMs: 50 });
    const answer = realtime.admit({}, 's');
    await clock.advance(50);
    expect(await answer).toMatchObject({ ok: false, code: 'unavailable' });
    const failing = createWorld({
      authenticate: () => {
        throw new Error('secret detail');
      },
    });
    const refused = await failing.realtime.admit({}, 's');
    expect(refused).toMatchObject({ code: 'unauthorized' });
    expect(JSON.stringify(refused)).not.toContain('secret detail');
  });

  it('[P1] a newer term ends the older connection at once, without a word; the older can not come back', async () => {
    const { enter, realtime } = createWorld();
    const old = await enter('u', { term: 5 });
    const next = await enter('u', { term: 6, tab: 'x' });
    expect(old.peer.connected()).toBe(false);
    expect(old.peer.all('session_replaced')).toEqual([]);
    expect(next.peer.connected()).toBe(true);
    expect((await enter('u', { term: 5, attempt: 9 })).answer).toMatchObject({ code: 'stale_term', term: 6 });
    expect(await realtime.sessions({ userId: 'u' })).toHaveLength(1);
  });

  it('[P1] of two at once the newer stays, whichever is accepted first', async () => {
    const { clock, hub, realtime } = createWorld();
    const auth = { token: 'u', onesocket: 1, client: 'c', tab: 't', term: 1 };
    const answers = await Promise.all([1, 2].map((attempt) => realtime.admit({ ...auth, attempt }, `s${attempt}`)));
    const peers = answers.map((_, index) => hub.peer(`s${index + 1}`));
    for (const index of [1, 0]) {
      const answer = answers[index];
      const peer = peers[index];
      if (answer?.ok && peer) realtime.accept(peer, answer);
    }
    await clock.settle();
    expect(peers.map((peer) => peer.connected())).toEqual([false, true]);
    expect(await realtime.sessions()).toMatchObject([{ socketId: 's2' }]);
  });

  it('[P1] a late close of the old socket does not end the new session', async () => {
    const { clock, enter, realtime, emit } = createWorld();
    const old = await enter('u', { attempt: 1 });
    const next = await enter('u', { attempt: 2 });
    old.peer.drop();
    await clock.settle();
    expect(await realtime.isUserConnected('u')).toBe(true);
    await emit('u', 1);
    await clock.settle();
    expect(next.peer.story('user:u')).toEqual([1]);
  });

  it('a client admitted that never comes is given up', async () => {
    const { clock, realtime } = createWorld({ sessions: 'reject' });
    const auth = { token: 'u', onesocket: 1, client: 'c', tab: 't', term: 1, attempt: 1 };
    await realtime.admit(auth, 's');
    expect(await realtime.admit({ ...auth, client: 'd' }, 's2')).toMatchObject({ code: 'session_rejected' });
    await clock.advance(30_000);
    expect(await realtime.admit({ ...auth, client: 'd' }, 's2')).toMatchObject({ ok: true });
  });

  it('[P1] policies for other browsers: all stay, the newer one stays, the older one stays', async () => {
    const multi = createWorld();
    const stays = await multi.enter('u');
    await multi.enter('u', { client: 'd' });
    expect(stays.peer.connected()).toBe(true);

    const replace = createWorld({ sessions: 'replace' });
    const replaced = await replace.enter('u');
    const sibling = await replace.enter('v', { client: 'c' });
    const newer = await replace.enter('u', { client: 'd' });
    expect(replaced.peer.sent.at(-1)?.[0]).toBe('session_replaced');
    expect([replaced, sibling, newer].map(({ peer }) => peer.connected())).toEqual([false, true, true]);

    const reject = createWorld({ sessions: 'reject' });
    const first = await reject.enter('u');
    expect((await reject.enter('u', { client: 'd' })).answer).toMatchObject({ code: 'session_rejected' });
    expect(first.peer.connected()).toBe(true);
    first.peer.drop();
    await reject.clock.settle();
    expect((await reject.enter('u', { client: 'd' })).answer).toMatchObject({ ok: true });
  });

  it('close disconnects everybody, refuses newcomers and stops its clock', async () => {
    const { clock, enter, realtime } = createWorld();
    const { peer } = await enter('u');
    realtime.close();
    realtime.close();
    expect(peer.connected()).toBe(false);
    expect((await enter('u', { attempt: 2 })).answer).toMatchObject({ code: 'shutting_down' });
    await expect(realtime.broadcastToAll('tick')).rejects.toThrow(/closed/);
    const sent = peer.sent.length;
    await clock.advance(10_000_000);
    expect(peer.sent).toHaveLength(sent);
  });
});
