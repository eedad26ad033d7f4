import { describe, expect, it } from 'vitest';
import { createStore } from '../ports.fixture.ts';
import { createLock, openPage } from '../socket/facade.fixture.ts';
import { createHandLock, follow, joinAsFellow, toStatement } from './fellow.fixture.ts';

describe('a leader that hears of a higher term', () => {
  it('[P1] relays nothing until the platform has said who holds the lock', async () => {
    const answers: (() => void)[] = [];
    const page = openPage({}, ({ soon }) => ({
      lock: {
        ...createLock(soon),
        holder: () => new Promise((resolve) => answers.push(() => resolve('holder'))),
      },
    }));
    const socket = page.open();
    const heard: unknown[] = [];
    socket.on('tick', (n) => heard.push(n));
    await page.accept();
    for (const answer of answers.splice(0)) answer();
    const { term } = socket.status;
    joinAsFellow(page, socket).say({ type: 'lead', ...toStatement() }, term + 5);
    await page.clock.settle();
    await page.events(['tick', 1]);
    expect([heard, answers.length]).toEqual([[], 1]);
    for (const answer of answers) answer();
    await page.clock.settle();
    expect([heard, socket.status.role, socket.status.term]).toEqual([[1], 'leader', term + 6]);
  });

  it.each([true, false])(
    '[P3] carries no command that is for the leader of that term to a server without command ids (companion: %s)',
    async (companion) => {
      const page = openPage({ companion });
      const socket = page.open().connect();
      await page.accept();
      const command = { id: 'c1', post: 1, name: 'pay', args: [1], sentAt: 1, wantsAnswer: true } as const;
      const link = page.links.last();
      joinAsFellow(page, socket).say({ type: 'command', ...command }, socket.status.term + 5);
      await page.clock.settle();
      expect(link.requests.filter(({ name }) => name !== 'ping')).toHaveLength(companion ? 1 : 0);
    },
  );

  it('[P10] steps down where no lock can tell, and follows', async () => {
    const page = openPage({}, ({ soon }) => ({
      lock: null,
      loadFallbackLock: async () => ({ ...createLock(soon), exclusive: false, holder: async () => null }),
    }));
    const socket = page.open();
    socket.connect();
    await page.accept();
    expect(socket.status).toMatchObject({ role: 'leader', degraded: ['no-locks'] });
    const term = socket.status.term + 5;
    const fellow = joinAsFellow(page, socket);
    fellow.say({ type: 'lead', ...toStatement() }, term);
    await page.clock.settle();
    expect(page.links.last().closed).toBe(true);
    fellow.say({ type: 'alive', ...toStatement() }, term);
    await page.clock.advance(500);
    expect(socket.status).toMatchObject({ role: 'follower', term });
    expect(page.links.all).toHaveLength(1);
  });
});

describe('a leader that is not followed', () => {
  it('[P5] leads with a term above the one that two tabs claimed: a follower asks for it', async () => {
    const page = openPage({}, () => ({ lock: createHandLock() }));
    const { socket, fellow } = await follow(page);
    // It has the same term, as the clock was set back and it never heard of the other.
    fellow.say({ type: 'lead', ...toStatement() }, 1, 'an-earlier-id');
    await page.clock.settle();
    expect(socket.status.term).toBe(1);
    expect(fellow.heard.at(-1)).toMatchObject({ type: 'hello', term: 2 });
  });

  it('[P5] that too by a follower that was away at its first word, and once only', async () => {
    const page = openPage({}, () => ({ lock: createHandLock() }));
    const { fellow } = await follow(page);
    const before = fellow.count('hello');
    for (let n = 0; n < 3; n += 1) {
      fellow.say({ type: 'welcome', ...toStatement() }, 1, 'an-earlier-id');
      await page.clock.settle();
    }
    expect([fellow.heard.at(-1), fellow.count('hello') - before]).toEqual([expect.objectContaining({ term: 2 }), 1]);
  });

  it.each([true, false])('[P5] takes a higher term than a follower heard (locks: %s)', async (exclusive) => {
    const page = openPage({}, ({ soon }) => ({ lock: { ...createLock(soon), exclusive } }));
    const socket = page.open();
    socket.connect();
    await page.accept();
    const { term } = socket.status;
    const fellow = joinAsFellow(page, socket);
    fellow.say({ type: 'hello', fresh: false, cursors: {}, streams: [] }, term + 5);
    await page.clock.settle();
    expect(socket.status).toMatchObject({ role: 'leader', term: term + 6 });
    expect(fellow.heard.some((message) => message.type === 'lead' && message.term === term + 6)).toBe(true);
  });
});

it('[P4] a leader that finds a higher term in the store writes its places above it', async () => {
  const lock = createHandLock();
  const page = openPage({}, () => ({ lock }));
  const { socket, fellow } = await follow(page);
  fellow.say({ type: 'welcome', ...toStatement({ positions: { 'user:u': { epoch: 'e', id: 7 } } }) });
  await page.clock.settle();
  const { group } = socket.diagnostics();
  const mark = page.store.now.get(`${group.slice(0, -1)}:mark`);
  // By a leader of before the clock was set back; this tab has a place, and reads nothing.
  page.store.kept.set(`${group}:saved`, { term: 2_000_000, cursors: { 'user:u': { epoch: 'e', id: 1 } }, mark });
  lock.requests.at(-1)?.grant.onGranted();
  await page.clock.advance(1_000);
  expect(page.store.kept.get(`${group}:saved`)).toMatchObject({
    term: 2_000_001,
    cursors: { 'user:u': { epoch: 'e', id: 7 } },
  });
});

describe('a tab that is about to lead', () => {
  it('[P1] does not when it hears meanwhile that no tab of the group may', async () => {
    const lock = createHandLock();
    const page = openPage({}, () => ({ lock }));
    const socket = page.open();
    socket.connect();
    await page.clock.settle();
    page.store.mode = 'hangs'; // what is stored is read for up to a second
    lock.requests.at(-1)?.grant.onGranted();
    const reason = { code: 'session_rejected', message: 'Another browser of this user is connected' };
    const link = { ...toStatement().link, connection: 'failed', reason } as const;
    joinAsFellow(page, socket).say({ type: 'alive', ...toStatement({ link }) });
    await page.clock.advance(5_000);
    expect([socket.status.role, page.links.all.length]).toEqual(['none', 0]);
  });
});

describe('the connection of a group', () => {
  it('[P1] counts its attempts within a term, so that the server knows the newest', async () => {
    const page = openPage();
    const socket = page.open();
    socket.connect();
    await page.accept();
    page.links.last().events.onClose('transport close');
    await page.clock.advance(1_000);
    const { term } = socket.status;
    expect(page.links.all.map(({ auth }) => auth)).toMatchObject([
      { term, attempt: 1 },
      { term, attempt: 2 },
    ]);
  });

  it('[P6] whose user was derived is that of the first user whom the server names', async () => {
    const page = openPage({ auth: { token: 'first' } });
    const socket = page.open({ user: undefined as unknown as string });
    socket.connect();
    await page.accept();
    expect(socket.status.connection).toBe('connected');
    page.links.last().events.onClose('transport close');
    await page.clock.advance(1_000);
    await page.accept({ userId: 'v' });
    expect(socket.status).toMatchObject({ connection: 'failed', reason: { code: 'wrong_user' } });
    expect(page.links.last().closed).toBe(true);
  });

  it('[P9] is recovered when all streams went on from where they stood, and not else', async () => {
    const page = openPage();
    const socket = page.open();
    socket.connect();
    await page.accept();
    const lose = async (): Promise<void> => {
      page.links.last().events.onClose('transport close');
      await page.clock.advance(6_000);
    };
    await lose();
    await page.accept();
    expect(socket.recovered).toBe(true);
    await lose();
    await page.accept({ streams: { 'user:u': { epoch: 'another', id: 0 } } });
    expect(socket.recovered).toBe(false);
  });

  it('[P8] drops and counts what is malformed, and goes on', async () => {
    const page = openPage();
    const socket = page.open();
    const heard: unknown[] = [];
    socket.on('tick', (n) => heard.push(n));
    await page.accept();
    await page.packet('events', { stream: 'user:u', events: 'all' });
    await page.packet('full_refresh', null);
    await page.events(['tick', 1]);
    expect([heard, socket.diagnostics().counters.malformed]).toEqual([[1], 2]);
  });

  it('[P9] is told once, however often the app asks for it', async () => {
    const page = openPage();
    const socket = page.open();
    let connects = 0;
    socket.on('connect', () => {
      connects += 1;
    });
    await page.accept();
    socket.connect();
    await page.clock.settle();
    expect(connects).toBe(1);
  });

  it('[P9] counts the tabs that are there', async () => {
    const page = openPage();
    const [here, there] = [page.open(), page.openElsewhere()];
    here.connect();
    await page.accept();
    there.connect();
    await page.clock.settle();
    expect([here.status.tabs, there.status.tabs]).toEqual([2, 2]);
    there.disconnect();
    await page.clock.settle();
    expect(here.status.tabs).toBe(1);
  });
});

it('[P1] a tab that is asked to take over while it is about to begin has one connection', async () => {
  const lock = createHandLock();
  const answers: (() => void)[] = [];
  const page = openPage({}, () => {
    const store = createStore();
    return { lock, store: { ...store, get: () => new Promise((resolve) => answers.push(() => resolve(undefined))) } };
  });
  const readStore = async (): Promise<void> => {
    while (answers.length > 0) {
      for (const answer of answers.splice(0)) answer();
      await page.clock.settle();
    }
  };
  const socket = page.open().connect();
  await page.clock.settle();
  lock.requests.at(-1)?.grant.onGranted();
  await page.clock.settle();
  joinAsFellow(page, socket).say({ type: 'take', to: [socket.diagnostics().tab] });
  await page.clock.settle();
  await readStore();
  lock.requests.at(-1)?.grant.onGranted();
  await page.clock.settle();
  await readStore();
  expect([lock.steals(), page.links.all.filter(({ closed }) => !closed).length]).toEqual([1, 1]);
});

describe('a hidden leader whose connection is dead', () => {
  it.each([
    { type: 'hello', fresh: false, cursors: {}, streams: [] },
    { type: 'command', id: 'c1', post: 1, name: 'pay', args: [], sentAt: 1, wantsAnswer: true },
  ] as const)(
    '[P5] finds out by whatever a tab asks of it, since its answer keeps the others quiet: $type',
    async (body) => {
      const page = openPage({ companion: true });
      const socket = page.open().connect();
      await page.accept();
      page.page.tell('hidden');
      const fellow = joinAsFellow(page, socket);
      // Each second, as a tab does that has a hole: nobody else hears a silence, in which it would ask.
      for (let n = 0; n < 12; n += 1) {
        fellow.say(body, socket.status.term);
        await page.clock.advance(1_000);
      }
      expect([fellow.count('ask'), page.links.all.length]).toEqual([0, 2]);
    },
  );
});
