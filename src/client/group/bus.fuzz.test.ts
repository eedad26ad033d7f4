import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rows } from '../../core/messages.fixture.ts';
import { fed, isClean, runs, within } from '../../fuzz.fixture.ts';
import * as is from '../../protocol/shape.fixture.ts';
import { createRealm } from '../../testing/realm.ts';
import { watch } from '../monitor.fixture.ts';

/** Who signs a message and to whom it goes: the world has two tabs, whose ids are known only then. */
const who = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('leader', 'follower') },
  { weight: 2, arbitrary: fc.nat(3_000).map((n) => `forged-${n}`) },
  { weight: 1, arbitrary: fc.constantFrom('', '__proto__', 'x'.repeat(128), 'x'.repeat(129)) },
);
/** Beside what the leader has: a lower term, its own, the next ones, as far ahead as is believed, and beyond. */
const ahead = fc.constantFrom<number>(
  -1e15,
  -1,
  0,
  1,
  2,
  3_600_000,
  366 * 86_400_000 - 1_000,
  366 * 86_400_000 + 1_000,
  2 ** 52,
  Number.NaN,
  0.5,
);
const signature = fc.record({
  from: who,
  ahead,
  to: fc.option(fc.array(who, { maxLength: 3 })),
  v: fc.constantFrom(1, 1, 1, 1, 2),
});
/** What its sender may say for the whole group is nothing that a forger needs: same-origin code could also navigate. */
const bodies = rows.filter(({ type }) => type !== 'sign-out').map(({ message }) => message);
const body = fc
  .constantFrom(...bodies)
  .chain((whole) => fc.oneof(fc.constant<unknown>(whole), is.spoiled(whole), is.hostile));
const act = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      body,
      signature,
      times: fc.constantFrom(1, 1, 1, 1, 30),
      wait: fc.constantFrom(0, 0, 1, 20, 500),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      body: fc.constant(null),
      signature,
      times: fc.constant(1),
      wait: fc.constantFrom(0, 1_500, 6_000),
    }),
  },
);
type Act = {
  readonly body: unknown;
  readonly signature: { from: string; ahead: number; to: string[] | null; v: number };
  readonly times: number;
  readonly wait: number;
};

const own = 'user:user';
const year = 366 * 86_400_000;

async function attack(acts: readonly Act[]) {
  const errors: unknown[] = [];
  const realm = createRealm({
    onError: (_, error) => errors.push(error),
    server: { serve: (realtime) => realtime.onCommand('add', (data) => Number(data) + 1) },
    socket: { ackTimeout: 5_000 },
  });
  const tabs = [realm.openTab(), realm.openTab()];
  const monitors = tabs.map(({ name, socket }) => watch(name, socket, ['order', 'tick']));
  await realm.run(1_000);
  const [leader, follower] = tabs.map(({ socket }) => socket.diagnostics());
  const ids: Record<string, string | undefined> = { leader: leader?.tab, follower: follower?.tab };
  const forger = tabs[0]?.browser.open('forger', { visible: true, prerendered: false }).environment;
  let heard = 0;
  const bus = forger?.openBus?.(leader?.group ?? '', () => {
    heard += 1;
  });
  const settled: string[] = [];
  let sent = 0;
  let posts = 0;
  const emit = async (): Promise<void> => {
    sent += 1;
    await realm.server.to({ user: 'user' }).emit('order', sent);
  };
  await emit();
  for (const { body: said, signature: by, times, wait } of acts) {
    const term = (tabs[0]?.socket.status.term ?? 0) + by.ahead;
    for (let time = 0; time < times; time += 1) {
      const from = times > 1 ? `${by.from}-${posts}` : (ids[by.from] ?? by.from);
      const head = { v: by.v, term, from, ...(by.to && { to: by.to.map((to) => ids[to] ?? to) }) };
      try {
        bus?.post(typeof said === 'object' && said !== null && 'type' in said ? { ...said, ...head } : said);
      } catch {
        // Too deep for a channel.
      }
      posts += 1;
      fed('channel');
    }
    if (said === null) {
      await emit();
      const outcome = (text: string) => (): void => void settled.push(text);
      for (const { socket } of tabs) void socket.emitWithAck('add', 1).then(outcome('result'), outcome('error'));
    }
    await realm.run(wait);
    for (const monitor of monitors) monitor.check();
  }
  return { realm, tabs, monitors, errors, settled, emit, sent: () => sent, heard: () => heard, posts };
}

const forge = async (many: number, type: string, by: (ids: Record<string, string | undefined>) => string) => {
  const realm = createRealm({});
  const tabs = [realm.openTab(), realm.openTab()];
  for (const { socket } of tabs) socket.connect();
  await realm.run(1_000);
  const [leader, follower] = tabs.map(({ socket }) => socket.diagnostics());
  const bus = tabs[0]?.browser
    .open('forger', { visible: true, prerendered: false })
    .environment.openBus?.(leader?.group ?? '', () => {});
  const said = rows.find((row) => row.type === type)?.message;
  const from = by({ leader: leader?.tab, follower: follower?.tab });
  for (let n = 0; n < many; n += 1) {
    const term = Math.max(...tabs.map(({ socket }) => socket.status.term)) + year - 5_000;
    bus?.post({ ...said, from, term, to: undefined });
    await realm.run(200);
  }
  return { realm, tabs };
};

describe('a forger in the channel', () => {
  it.each(['alive', 'take', 'items'])(
    '[P5] [P8] who speaks as the leader itself, of a higher term, sets nobody against it: %s',
    async (type) => {
      const { realm, tabs } = await forge(3, type, ({ leader }) => leader ?? '');
      await realm.run(30_000);
      expect(tabs.map(({ socket }) => [socket.status.role, socket.status.connection])).toEqual([
        ['leader', 'connected'],
        ['follower', 'connected'],
      ]);
      expect(tabs.map(({ socket }) => socket.diagnostics().counters.takeovers)).toEqual([1, 0]);
    },
  );

  it('[P8] who claims higher and higher terms shuts out nobody who joins', async () => {
    const { realm, tabs } = await forge(20, 'alive', () => 'forged');
    const newcomer = realm.openTab();
    const heard = watch('newcomer', newcomer.socket, ['order']);
    await realm.run(5_000);
    await realm.server.to({ user: 'user' }).emit('order', 1);
    await realm.run(1_000);
    expect([...tabs, newcomer].map(({ socket }) => socket.status.connection)).toEqual(Array(3).fill('connected'));
    expect(heard.story(own)).toEqual([1]);
    expect(newcomer.socket.diagnostics().counters.takeovers).toBe(0);
  });

  it(
    '[P8] breaks no order and nothing but its own time: events, commands and the one connection go on',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 30 }), async (acts) => {
          const { realm, tabs, monitors, errors, settled, emit } = await attack(acts);
          await realm.run(20_000);
          for (let n = 0; n < 3; n += 1) await emit();
          await realm.run(15_000);
          expect(monitors.flatMap(({ wrong }) => wrong)).toEqual([]);
          expect(errors).toEqual([]);
          const [first, second] = monitors.map(({ story }) => story(own).slice(-3));
          expect(first).toHaveLength(3);
          expect(second).toEqual(first);
          expect(settled).toHaveLength(2 * acts.filter(({ body: said }) => said === null).length);
          expect(realm.server.hub()?.accepted()).toHaveLength(1);
          for (const { socket } of tabs) {
            expect(socket.status.connection).toBe('connected');
            expect(socket.status.term).toBeLessThan(realm.server.wall() + 2 * year);
            expect(socket.diagnostics().tabs.length).toBeLessThanOrEqual(501);
          }
          const results = Promise.allSettled(tabs.map(({ socket }) => socket.emitWithAck('add', 1)));
          await realm.run(6_000);
          expect(await results).toEqual(tabs.map(() => ({ status: 'fulfilled', value: 2 })));
        }),
        runs(40),
      );
      expect(isClean()).toBe(true);
    },
    within,
  );
});
