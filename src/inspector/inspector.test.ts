import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../client/trace-types.ts';
import { runs } from '../fuzz.fixture.ts';
import { createRealm, type Realm, type SimTab } from '../testing/realm.ts';
import { explain, explainDegraded, toStreams } from './explain.ts';
import { createLeaderships } from './leaderships.ts';
import { createRecorder, matches, maxEntries } from './recorder.ts';
import { summarise } from './summary.ts';

const event = (type: string, detail: unknown = {}): TraceEvent => ({ at: 1, kind: 'channel in', type, detail });

function settled(...tabs: readonly SimTab[]): void {
  for (const { socket } of tabs) socket.connect();
}

/** What a follower's inspector says of the leaders, while something happens to them. */
async function leadersSeenBy(run: (realm: Realm, tabs: readonly [SimTab, SimTab]) => Promise<void>) {
  const realm = createRealm();
  const tabs = [realm.openTab(), realm.openTab()] as const;
  settled(tabs[0]);
  await realm.settle();
  settled(tabs[1]);
  await realm.settle();
  const { leader, status, steals } = tabs[1].socket.diagnostics();
  const leaderships = createLeaderships({ tab: leader, term: status.term, steals }, 0);
  tabs[1].socket.trace(leaderships.observe);
  await run(realm, tabs);
  await realm.settle();
  return leaderships.list().map(({ why }) => why);
}

describe('leaderships', () => {
  const before = 'not known, it led before the inspector was opened';

  it('[P9] say that a leader left, that it is gone, or that it showed no life', async () => {
    expect(await leadersSeenBy(async (realm, [leader]) => realm.closeTab(leader))).toEqual([
      before,
      'next in the queue: the one before left',
    ]);
    expect(await leadersSeenBy(async (realm, [leader]) => realm.crash(leader))).toEqual([
      before,
      'next in the queue: the one before lost the lock, or is gone',
    ]);
    expect(
      await leadersSeenBy(async (realm, [leader]) => {
        realm.hang(leader);
        await realm.run(10_000);
      }),
    ).toEqual([before, 'took the lock: the one before showed no life']);
  });

  it('[P9] say that a leader that was hidden and not connected gave way', async () => {
    const seen = await leadersSeenBy(async (realm, [leader]) => {
      realm.hide(leader);
      realm.refuseConnections();
      realm.cutNetwork();
      await realm.run(10_000);
      realm.healNetwork();
    });
    expect(seen).toContain('handed over: the one before was hidden and not connected');
  });

  it('[P9] believe a farewell that comes after the next leader', () => {
    const leaderships = createLeaderships({ tab: 'a', term: 1, steals: 0 }, 0);
    leaderships.observe(event('lead', { from: 'b', term: 2 }));
    expect(leaderships.list().at(-1)?.why).toContain('is gone');
    leaderships.observe(event('bye', { from: 'c' }));
    expect(leaderships.list().at(-1)?.why).toContain('is gone');
    leaderships.observe(event('bye', { from: 'a' }));
    expect(leaderships.list().map(({ tab, why }) => [tab, why])).toEqual([
      ['a', before],
      ['b', 'next in the queue: the one before left'],
    ]);
  });

  it('[P8] keep the last twenty, whatever is said', () => {
    const leaderships = createLeaderships({ tab: null, term: 0, steals: 0 }, 0);
    for (let term = 1; term <= 100; term += 1) leaderships.observe(event('lead', { from: `t${term}`, term }));
    for (const detail of [null, 7, {}, { from: 7, term: 8 }, { from: 'x', term: 'y' }, { from: 'x', term: 3 }]) {
      leaderships.observe(event('lead', detail));
    }
    expect(leaderships.list()).toHaveLength(20);
    expect(leaderships.list().at(-1)).toMatchObject({ tab: 't100', term: 100 });
  });
});

describe('the record of messages', () => {
  it('[P8] keeps the last two hundred, none during a pause', () => {
    const recorder = createRecorder();
    for (let count = 0; count < maxEntries + 50; count += 1) recorder.record(event('ask', { from: 'tab' }));
    expect(recorder.entries().map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, at) => at + 51));
    recorder.pause(true);
    recorder.record(event('bye'));
    expect([recorder.missed(), recorder.entries().at(-1)?.type]).toEqual([1, 'ask']);
    recorder.pause(false);
    recorder.record(event('bye', { n: 1n }));
    expect([recorder.missed(), recorder.entries().at(-1)]).toMatchObject([0, { type: 'bye', bytes: null }]);
    recorder.clear();
    expect(recorder.entries()).toEqual([]);
  });

  it('is filtered by kind, and by words in any case', () => {
    const recorder = createRecorder();
    recorder.record(event('hello', { from: 'abc', fresh: true }));
    const [entry] = recorder.entries();
    if (!entry) throw new Error('nothing recorded');
    const kinds = new Set(['channel in'] as const);
    expect(matches(entry, { text: ' HELLO From ABC ', kinds })).toBe(true);
    expect(matches(entry, { text: 'welcome', kinds })).toBe(false);
    expect(matches(entry, { text: '', kinds: new Set() })).toBe(false);
  });

  it('[P6] [P8] names what came, of whatever form, and no payload', async () => {
    const kinds = ['link in', 'link out', 'channel in', 'channel out', 'status'] as const;
    const types = [
      'lead',
      'items',
      'hello',
      'command',
      'outcome',
      'loaded',
      'connect',
      'events',
      'event',
      'x ack',
      'y',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.constantFrom(...types), fc.anything(), (kind, type, detail) => {
        expect(summarise(kind, type, detail).length).toBeLessThanOrEqual(300);
      }),
      runs(300),
    );
    const realm = createRealm({ server: { serve: (realtime) => realtime.onCommand('pay', () => 'secret-result') } });
    const tabs = [realm.openTab(), realm.openTab()] as const;
    const said: string[] = [];
    for (const { socket } of tabs) {
      socket.trace(({ kind, type, detail }) => said.push(`${kind} ${type} ${summarise(kind, type, detail)}`));
      socket.on('order', () => {});
    }
    await realm.settle();
    await realm.server.to('all').emit('order', { id: 'secret-order' });
    await realm.settle();
    const answer = tabs[1].socket.emitWithAck('pay', { card: 'secret-card' });
    await realm.settle();
    expect(await answer).toBe('secret-result');
    const all = said.join('\n');
    expect(all).not.toContain('secret');
    expect(all).toMatch(/channel out items from \S+ · all 0→1: order/);
    expect(all).toMatch(/link out command pay · id/);
    expect(all).toMatch(/link in command ack ok/);
  });
});

describe('what diagnostics say in words', () => {
  it('[P9] who leads, and why not this tab', async () => {
    const realm = createRealm();
    const [leader, follower] = [realm.openTab(), realm.openTab()] as const;
    expect(explain(leader.socket.diagnostics())).toBe('This tab is not in the group: idle.');
    settled(leader);
    await realm.settle();
    settled(follower);
    await realm.settle();
    expect(explain(leader.socket.diagnostics())).toMatch(/^This tab leads/);
    expect(explain(follower.socket.diagnostics())).toContain(leader.socket.diagnostics().tab.slice(0, 8));
    const alone = realm.openTab({ browser: realm.openBrowser({ channels: false, locks: false, storage: false }) });
    settled(alone);
    await realm.settle();
    expect(explain(alone.socket.diagnostics())).toContain('connection of its own');
    expect(explainDegraded(alone.socket.diagnostics())).toHaveLength(3);
    void leader.socket.signOut();
    await realm.settle();
    expect(explain(follower.socket.diagnostics())).toContain('signed_out');
  });

  it('[P9] how far each stream is behind, where that can be counted', async () => {
    const realm = createRealm();
    const { socket } = realm.openTab();
    const diagnostics = {
      ...socket.diagnostics(),
      cursors: { a: { epoch: 'e', id: 3 }, b: { epoch: 'old', id: 9 } },
      heads: { a: { epoch: 'e', id: 5 }, b: { epoch: 'new', id: 1 }, c: { epoch: 'e', id: 1 } },
      holding: { a: 2, d: 1 },
    };
    expect(toStreams(diagnostics)).toEqual([
      { stream: 'a', cursor: 3, head: 5, lag: 2, held: 2 },
      { stream: 'b', cursor: 9, head: 1, lag: null, held: null },
      { stream: 'c', cursor: null, head: 1, lag: null, held: null },
      { stream: 'd', cursor: null, head: null, lag: null, held: 1 },
    ]);
  });
});
