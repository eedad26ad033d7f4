import { describe, expect, it } from 'vitest';
import type { LinkEvents } from '../../core/ports.ts';
import { openPage } from '../socket/facade.fixture.ts';

type Page = ReturnType<typeof openPage>;

/** What is in localStorage for the next page. */
function saved(page: Page): unknown {
  const key = [...page.store.now.keys()].find((name) => name.endsWith(':saved'));
  return key && JSON.parse(page.store.now.get(key) ?? 'null').cursors;
}
const at = (id: number) => ({ 'user:u': { epoch: 'e', id } });

async function openLeader() {
  const page = openPage();
  const socket = page.open();
  const heard: unknown[] = [];
  socket.on('tick', (n) => heard.push(n));
  await page.accept();
  return { page, socket, heard };
}

describe('where a tab stood', () => {
  it('[P4] is saved soon after each event: a page that crashes says no more', async () => {
    const { page } = await openLeader();
    await page.clock.advance(1_000);
    for (const n of [1, 2]) {
      await page.events(['tick', n]);
      await page.clock.advance(50);
      const key = [...page.store.kept.keys()].find((name) => name.endsWith(':saved'));
      expect(page.store.kept.get(String(key))).toMatchObject({ cursors: at(n) });
    }
  });

  it('[P4] is saved at once when the page goes', async () => {
    const { page } = await openLeader();
    await page.events(['tick', 1], ['tick', 2]);
    page.page.tell('left');
    expect(saved(page)).toEqual(at(2));
  });

  it('[P4] is saved at once when the tab gives the connection up', async () => {
    const { page } = await openLeader();
    await page.events(['tick', 1]);
    await page.packet('session_replaced', {});
    expect(saved(page)).toEqual(at(1));
  });

  it('[P4] is saved by the leader only', async () => {
    const { page } = await openLeader();
    const there = page.openElsewhere();
    there.connect();
    await page.clock.settle();
    await page.events(['tick', 1]);
    await page.clock.advance(1_000);
    there.disconnect();
    await page.clock.settle();
    expect(saved(page)).toBeUndefined();
  });

  it('[P4] in the midst of a frame is behind the event that was handled, in the store and when it is back', async () => {
    const { page, socket, heard } = await openLeader();
    const off = socket.on('tick', () => void socket.disconnect());
    await page.events(['tick', 1], ['tick', 2]);
    expect([heard, saved(page)]).toEqual([[1], at(1)]);
    off();
    socket.connect();
    await page.accept({ streams: at(1) });
    expect(page.links.last().auth.cursors).toEqual(at(1));
    const event = { id: 2, type: 'tick', payload: 2, timestamp: 9 };
    await page.packet('events', { stream: 'user:u', epoch: 'e', prev: 1, id: 2, events: [event] });
    expect(heard).toEqual([1, 2]);
  });
});

describe('the lock of a leader that was replaced by another browser', () => {
  /** A tab that stands in the queue and was not reached by what the leader said and stored. */
  function queue(page: Page, socket: ReturnType<Page['open']>) {
    const sibling = { leads: false };
    const onGranted = () => {
      sibling.leads = true;
    };
    // The lock is that of all namespaces.
    page.lock.request(socket.diagnostics().group.slice(0, -1), 'queue', { onGranted, onLost() {} });
    return sibling;
  }

  it('[P9] is kept until the other tabs have heard: one of them would take the connection back', async () => {
    const { page, socket } = await openLeader();
    const sibling = queue(page, socket);
    await page.packet('session_replaced', {});
    await page.clock.advance(900);
    expect([socket.status.connection, sibling.leads]).toEqual(['failed', false]);
    await page.clock.advance(200);
    expect(sibling.leads).toBe(true);
  });

  it('[P9] is had again by connect() in the handler that tells the app of it', async () => {
    const { page, socket } = await openLeader();
    const why: string[] = [];
    socket.on('disconnect', (reason) => {
      why.push(reason);
      // As socket.io-client's own documentation has it.
      if (reason === 'io server disconnect') socket.connect();
    });
    await page.packet('session_replaced', {});
    await page.accept();
    expect([why, socket.status.connection]).toEqual([['io server disconnect'], 'connected']);
  });

  it('[P9] is of no use to a page that slept through it, led before, and comes back without locks or an event', async () => {
    const { page, socket } = await openLeader();
    const links = page.links.all.length;
    // Another tab led meanwhile, was replaced, and said so to nobody who could hear it.
    page.store.changeElsewhere(`${socket.diagnostics().group}:halt`, 'session_replaced');
    page.links.last().events.onClose('transport close');
    await page.clock.advance(60_000);
    expect([socket.status.connection, socket.status.reason?.code]).toEqual(['failed', 'session_replaced']);
    expect(page.links.all.length).toBe(links);
    socket.connect();
    await page.accept();
    expect(socket.status.connection).toBe('connected');
  });

  it('[P9] is kept as well when a plain server disconnected the group, or refused it', async () => {
    for (const end of [
      ({ onClose }: LinkEvents) => onClose('io server disconnect'),
      ({ onRefused }: LinkEvents) => onRefused({ code: 'connection_denied', message: 'no' }),
    ]) {
      const page = openPage({ companion: false });
      const socket = page.open();
      await page.accept();
      const sibling = queue(page, socket);
      end(page.links.last().events);
      await page.clock.advance(900);
      expect([socket.status.connection, sibling.leads]).toEqual(['failed', false]);
      await page.clock.advance(200);
      expect(sibling.leads).toBe(true);
    }
  });

  it('[P5] is free at once when the page goes, and when the app comes back', async () => {
    for (const leave of [
      ({ page }: Awaited<ReturnType<typeof openLeader>>) => page.page.tell('left'),
      ({ socket }: Awaited<ReturnType<typeof openLeader>>) => void socket.connect(),
    ]) {
      const opened = await openLeader();
      const sibling = queue(opened.page, opened.socket);
      await opened.page.packet('session_replaced', {});
      leave(opened);
      await opened.page.clock.settle();
      expect(sibling.leads).toBe(true);
    }
  });
});

describe('a sign-out', () => {
  it('[P6] leaves no command to be sent for the next user', async () => {
    const page = openPage();
    const socket = page.open();
    const outcome = socket.emitWithAck('pay', 1);
    const refused = expect(outcome).rejects.toMatchObject({ outcome: 'not_sent', code: 'signed_out' });
    await page.clock.settle();
    await socket.signOut();
    await refused;
    socket.connect();
    await page.accept();
    await page.clock.advance(1_000);
    expect([socket.status.connection, page.requests('command')]).toEqual(['connected', []]);
  });

  it('[P6] leaves no shared state to be seen', async () => {
    const page = openPage();
    const socket = page.open();
    const state = socket.state({ name: 'orders', load: async () => ({ state: ['secret'], position: '[]' }), on: {} });
    await page.accept();
    await page.clock.settle();
    expect(state.getSnapshot()).toEqual({ state: ['secret'], stale: false });
    await socket.signOut();
    expect(state.getSnapshot()).toEqual({ state: undefined, stale: true });
  });
});

describe('a page that comes back', () => {
  it('[P6] as another user, brings nothing of the one before', async () => {
    let token = 'first';
    const page = openPage({ auth: () => ({ token }) });
    const socket = page.open({ user: undefined as unknown as string });
    socket.connect();
    await page.accept();
    await page.events(['tick', 1]);
    const { group } = socket.diagnostics();
    page.page.tell('left');
    token = 'second';
    page.page.tell('back');
    await page.clock.settle();
    expect(page.links.last().auth).toMatchObject({ token: 'second', cursors: {} });
    expect(socket.diagnostics().group).not.toBe(group);
  });
});

describe('a page that lacks something says so', () => {
  it('[P10] it has no storage', async () => {
    const page = openPage({}, () => ({ store: null }));
    const socket = page.open();
    socket.connect();
    await page.accept();
    expect(socket.status).toMatchObject({ role: 'leader', connection: 'connected', degraded: ['no-storage'] });
  });

  it('[P10] its storage fails', async () => {
    const page = openPage();
    page.store.mode = 'fails';
    const socket = page.open();
    socket.connect();
    await page.accept();
    expect(socket.status).toMatchObject({ role: 'leader', connection: 'connected', degraded: ['no-storage'] });
  });

  it('[P10] its platform forbids channels: it connects for itself', async () => {
    const page = openPage({}, () => ({
      openBus() {
        throw new Error('SecurityError');
      },
    }));
    const socket = page.open();
    socket.connect();
    await page.accept();
    expect(socket.status).toMatchObject({ role: 'solo', connection: 'connected', degraded: ['no-channel'] });
  });

  it('[P10] it has no locks, and the election that stands in can not be loaded: it connects for itself', async () => {
    const page = openPage({}, () => ({ lock: null }));
    const socket = page.open();
    socket.connect();
    await page.accept();
    expect(socket.status).toMatchObject({
      role: 'solo',
      connection: 'connected',
      degraded: ['no-locks', 'no-channel'],
    });
  });
});
