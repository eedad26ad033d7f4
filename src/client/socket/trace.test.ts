import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../core/clock.fixture.ts';
import { toFields } from '../../protocol/parse.ts';
import { createRealm } from '../../testing/realm.ts';
import { createLinks } from '../ports.fixture.ts';
import type { TraceEvent } from '../trace-types.ts';
import { openPage } from './facade.fixture.ts';
import { createTracer } from './trace.ts';

/** A page that leads and is connected, watched from its first moment. */
async function openTraced(options: Parameters<typeof openPage>[0] = {}) {
  const page = openPage(options);
  const socket = page.open();
  const heard: TraceEvent[] = [];
  const off = socket.trace((event) => heard.push(event));
  socket.connect();
  await page.accept();
  return { ...page, socket, heard, off, said: () => heard.map(({ kind, type }) => `${kind}: ${type}`) };
}

describe('the trace of a socket', () => {
  it('[P9] tells each message to and from the server and the other tabs, and each new status', async () => {
    const page = await openTraced();
    expect(page.said()).toEqual([
      'status: electing connecting',
      'status: electing connecting',
      'channel out: hello',
      'status: leader connecting',
      'channel out: lead',
      'link out: connect',
      'link in: connect',
      'link in: authenticated',
      'status: leader syncing',
      'status: leader connected',
    ]);
    page.heard.length = 0;
    const other = page.openElsewhere();
    other.connect();
    await page.clock.settle();
    void other.emitWithAck('pay', 7).catch(() => {});
    await page.clock.settle();
    page.requests('command')[0]?.answer({ ok: true, result: 1 });
    await page.clock.settle();
    expect(page.said()).toEqual([
      'channel in: hello',
      'status: leader connected',
      'channel out: welcome',
      // The newcomer did not know of a leader before.
      'channel in: hello',
      'channel out: welcome',
      'channel in: hello',
      'channel out: welcome',
      'channel in: command',
      'link out: command',
      'link in: command ack',
      'channel out: outcome',
    ]);
    page.heard.length = 0;
    page.off();
    page.off();
    await page.events(['tick']);
    expect(page.heard).toEqual([]);
  });

  it('gives the message itself, with its time', async () => {
    const page = await openTraced();
    page.heard.length = 0;
    await page.events(['tick', { n: 1 }]);
    expect(page.heard).toEqual([
      {
        at: page.clock.wall(),
        kind: 'link in',
        type: 'events',
        detail: [expect.objectContaining({ stream: 'user:u', prev: 0, id: 1 })],
      },
    ]);
  });

  it('[P6] never tells what `auth` gave', async () => {
    const page = openPage({ auth: () => Promise.resolve({ token: 'secret-1', apiKey: 'secret-2' }) });
    const socket = page.open();
    const events: TraceEvent[] = [];
    socket.trace((event) => events.push(event));
    socket.connect();
    await page.accept({ expiresInMs: 5_000 });
    await page.clock.advance(5_000);
    expect(page.requests('reauthenticate')).toMatchObject([{ args: [{ token: 'secret-1' }] }]);
    expect(events.map(({ type }) => type)).toContain('reauthenticate');
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(events.find(({ kind }) => kind === 'link out')?.detail).toMatchObject([{ attempt: 1 }]);
  });

  it('[P7] reports a listener that throws, and goes on', async () => {
    const page = openPage();
    const socket = page.open();
    const types: string[] = [];
    socket.trace(() => {
      throw new Error('mine');
    });
    socket.trace(({ type }) => types.push(type));
    socket.connect();
    await page.accept();
    expect(types).toContain('authenticated');
    expect(socket.connected).toBe(true);
    expect(page.clock.reported[0]).toMatchObject({ message: 'mine' });
  });

  it('costs one look while nobody listens', () => {
    const clock = createManualClock();
    const forbidden = (): never => {
      throw new Error('looked at the clock');
    };
    const tracer = createTracer({ ...clock, wall: forbidden });
    const links = createLinks();
    const got: unknown[] = [];
    tracer
      .link(links.openLink)(
        {},
        {
          onOpen: () => got.push('open'),
          onPacket: (name) => got.push(name),
          onClose: () => got.push('close'),
          onRefused: () => {},
        },
      )
      .send('hi', []);
    links.last().events.onOpen('id');
    links.last().events.onPacket('tick', []);
    links.last().events.onClose('transport close');
    expect(got).toEqual(['open', 'tick', 'close']);
    expect(links.last().sent).toEqual([{ name: 'hi', args: [] }]);
  });
});

it('[P5] hears each message once, also while the page listens to its own asks', async () => {
  const realm = createRealm();
  const [leader, follower] = [realm.openTab(), realm.openTab()];
  leader.socket.connect();
  await realm.settle();
  follower.socket.connect();
  await realm.settle();
  const heard: string[] = [];
  const { tab } = follower.socket.diagnostics();
  follower.socket.trace(({ kind, type, detail }) => {
    heard.push(`${kind}: ${type}${toFields(detail)?.from === tab ? ', own' : ''}`);
  });
  realm.hang(leader);
  await realm.run(3_500);
  expect(heard).toContain('channel out: ask, own');
  expect(heard).not.toContain('channel in: ask, own');
});

describe('diagnostics', () => {
  it('[P9] name the commands in flight', async () => {
    const page = await openTraced();
    const other = page.openElsewhere();
    other.connect();
    await page.clock.settle();
    await page.events(['tick'], ['tick']);
    void other.emitWithAck('pay', 7).catch(() => {});
    expect(other.diagnostics()).toMatchObject({
      outbox: 1,
      commands: [{ name: 'pay', sent: true, dueInMs: 30_000 }],
    });
    await page.packet('disconnect');
    page.links.last().events.onClose('transport close');
    await page.clock.settle();
    other.emit('note');
    expect(other.diagnostics().commands.slice(1)).toMatchObject([{ name: 'note', sent: false, dueInMs: null }]);
  });

  it('[P9] say how far the leader is ahead of this tab', async () => {
    const page = await openTraced();
    const other = page.openElsewhere();
    other.connect();
    await page.clock.settle();
    const welcome = page.hub.posts.findLast((post) => toFields(post)?.type === 'welcome');
    const leader = page.hub.openBus(other.diagnostics().group, () => {});
    const seen: unknown[] = [];
    // It asks for what it misses; the real leader will say that there is nothing.
    other.trace(({ kind, type }) => {
      const { heads, cursors } = other.diagnostics();
      if (kind === 'channel out') seen.push([type, heads['user:u']?.id, cursors['user:u']?.id]);
    });
    leader.post({ ...toFields(welcome), seq: 100, type: 'alive', positions: { 'user:u': { epoch: 'e', id: 9 } } });
    await page.clock.settle();
    // And the leader, in whose name another one spoke, leads with a new term.
    expect(seen[0]).toEqual(['hello', 9, 0]);
  });
});
