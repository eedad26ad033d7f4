import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exotic, fed, isClean, runs, within } from '../fuzz.fixture.ts';
import { retryByCode } from '../protocol/codes.ts';
import * as is from '../protocol/shape.fixture.ts';
import * as valid from '../protocol/valid.fixture.ts';
import { clientPackets } from './names.ts';
import { createWorld, type World } from './realtime.fixture.ts';
import type { Joined } from './world.fixture.ts';

/** One's own, what others have, and what nobody has. */
const stream = fc.constantFrom(
  'user:evil',
  'all',
  'user:good',
  'room:secret',
  'room:evil',
  '__proto__',
  'user:',
  'x'.repeat(300),
);
const id = fc.oneof({ weight: 5, arbitrary: fc.nat(9) }, fc.constantFrom(2 ** 53 - 1, 10_001, 2 ** 52));
/** The clock of the tests numbers the epochs: those of the streams in use are among these. */
const epoch = fc.constantFrom('id-1', 'id-2', 'id-3', 'id-4', 'id-5', 'then');
const place = fc.record({ epoch, id });
const places = fc.dictionary(stream, fc.option(place), { noNullPrototype: true });
const ids = fc.constantFrom('a', 'b', 'c', '__proto__', 'd'.repeat(128));
const name = fc.constantFrom(
  'add',
  'slow',
  'throw',
  'echo',
  'toString',
  '__proto__',
  'request_sync',
  'disconnect',
  'newListener',
);
const requests = {
  request_sync: fc.record({ stream, lastEventId: id, epoch }, { requiredKeys: ['lastEventId'] }),
  command: fc.record({
    id: ids,
    name,
    args: fc.array(fc.anything({ maxDepth: 2 }), { maxLength: 3 }),
    sentAt: fc.constantFrom(0, 1_000_000, 1_000_100, 1_060_001, 2 ** 53 - 1),
  }),
  subscribe: fc.record({ streams: places }),
  unsubscribe: fc.record({ streams: fc.oneof(fc.array(stream, { maxLength: 5 }), places) }),
  ping: fc.constant({}),
  reauthenticate: fc.record({
    token: fc.oneof(fc.constantFrom('evil', 'good', 'Bearer evil', 'evil@5', ''), fc.anything()),
  }),
};
const handshake = fc.record({
  onesocket: fc.constantFrom<unknown>(1, 1, 1, 1, undefined, 2),
  token: fc.constantFrom<unknown>('evil', 'evil', 'evil', 'evil@1060000', 'Bearer', '', 7),
  client: fc.constantFrom('good-client', 'e1', 'e2', 'e3/t'),
  tab: ids,
  term: fc.constantFrom(0, 1, 2, 3, 2 ** 52 - 1, 2 ** 53 - 1),
  attempt: fc.nat(5),
  cursors: fc.option(places, { nil: undefined }),
  lastEventId: id,
});
const made = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<() => unknown> =>
  fc.oneof(
    { weight: 4, arbitrary: arbitrary.map((value) => () => value) },
    { weight: 4, arbitrary: arbitrary.chain(is.spoiled).map((value) => () => value) },
    // As a whole only: within a command's arguments they would be what no wire carries.
    { weight: 1, arbitrary: exotic },
    { weight: 1, arbitrary: is.hostile.map((value) => () => value) },
  );
const packet = fc.oneof(
  ...clientPackets.map((packetName) =>
    fc.tuple(fc.constant<string>(packetName), fc.array(made(requests[packetName]), { minLength: 1, maxLength: 2 })),
  ),
  fc.tuple(
    fc.oneof(valid.name, fc.constantFrom('events', 'authenticated', 'connect', 'disconnect')),
    fc.array(exotic, { maxLength: 2 }),
  ),
);
type Act =
  | {
      readonly do: 'packet';
      readonly who: number;
      readonly packet: readonly [string, (() => unknown)[]];
      readonly times: number;
    }
  | { readonly do: 'enter'; readonly auth: () => unknown }
  | { readonly do: 'leave'; readonly who: number }
  | { readonly do: 'emit' }
  | { readonly do: 'wait'; readonly ms: number };
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant<'packet'>('packet'),
      who: fc.nat(5),
      packet,
      times: fc.constantFrom(1, 1, 1, 40),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant<'enter'>('enter'), auth: made(handshake) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant<'leave'>('leave'), who: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.constant<Act>({ do: 'emit' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant<'wait'>('wait'), ms: fc.constantFrom(1, 1_000, 61_000) }) },
);

const errors: string[] = [];
function open(): World {
  errors.length = 0;
  const world = createWorld({
    leaseMs: 5_000,
    logger: { warn: () => {}, error: (message, detail) => void errors.push(`${message}: ${String(detail)}`) },
  });
  world.realtime.onCommand('add', () => 1);
  world.realtime.onCommand('echo', (data) => data);
  world.realtime.onCommand('slow', () => new Promise(() => {}));
  world.realtime.onCommand('throw', () => {
    throw new Error('secret detail');
  });
  return world;
}

interface Outcome {
  readonly attackers: readonly Joined[];
  readonly answers: readonly unknown[];
  readonly unanswered: number;
  readonly emitted: number;
}

async function attack(world: World, acts: readonly Act[]): Promise<Outcome> {
  const { clock, hub, realtime } = world;
  const attackers: Joined[] = [];
  const answers: unknown[] = [];
  let asked = 0;
  let emitted = 0;
  const enter = async (auth: unknown): Promise<void> => {
    const peer = hub.peer(`evil-${attackers.length}`);
    const answer = await realtime.admit(auth, peer.id);
    if (answer.ok) realtime.accept(peer, answer);
    await clock.settle();
    attackers.push({ answer, peer });
  };
  await enter({ token: 'evil', onesocket: 1, client: 'e0', tab: 't', term: 1, attempt: 1 });
  for (const one of acts) {
    if (one.do === 'wait') await clock.advance(one.ms);
    else if (one.do === 'leave') attackers[one.who % attackers.length]?.peer.drop();
    else if (one.do === 'enter') await enter(one.auth());
    else if (one.do === 'emit') {
      emitted += 1;
      await realtime.sendToUser('good', 'secret', { canary: emitted });
      await realtime.sendToRoom('secret', 'secret', { canary: emitted });
      await realtime.sendToUser('evil', 'tick', emitted);
      await realtime.broadcastToAll('tick', emitted);
    } else {
      const attacker = attackers[one.who % attackers.length];
      const [packetName, args] = one.packet;
      for (let time = 0; time < one.times; time += 1) {
        const alive = attacker?.peer.connected() === true && attacker.answer.ok && attacker.answer.handshake !== null;
        const counted = alive && (clientPackets as readonly string[]).includes(packetName);
        if (counted) asked += 1;
        void attacker?.peer.ask(packetName, ...args.map((make) => make())).then((answer) => {
          if (counted) answers.push(answer);
        });
        fed('server');
      }
    }
    await clock.settle();
  }
  // Every command's lease ends.
  await clock.advance(6_000);
  return { attackers, answers, unanswered: asked - answers.length, emitted };
}

describe('a hostile client', () => {
  it(
    '[P8] is answered or ignored, learns nothing of others, and costs them nothing',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
          const world = open();
          await world.realtime.joinRoom('good', 'secret');
          const good = await world.enter('good', { client: 'good-client', term: 7 });
          const other = await world.enter('other', { client: 'other-client', tab: 'o' });
          const timersBefore = world.clock.timers();
          const { attackers, answers, unanswered, emitted } = await attack(world, acts);

          const all = Array.from({ length: emitted }, (_, index) => index + 1);
          expect(good.peer.story('user:good')).toEqual(all);
          expect(good.peer.story('room:secret')).toEqual(all);
          expect([good, other].map(({ peer }) => peer.story('all'))).toEqual([all, all]);
          expect([good, other].map(({ peer }) => [peer.connected(), peer.all('full_refresh')])).toEqual([
            [true, []],
            [true, []],
          ]);
          for (const { peer } of attackers) {
            const told = JSON.stringify([peer.sent, answers]);
            expect(told).not.toMatch(/canary|secret|user:good|good-client/);
          }
          // One that was disconnected while it waited is told no more.
          const gone = attackers.some(({ answer, peer }) => answer.ok && !peer.connected());
          if (!gone) expect(unanswered).toBe(0);
          for (const answer of answers) {
            const code = (answer as { error?: { code: string } }).error?.code;
            if (code !== undefined) expect(Object.keys(retryByCode)).toContain(code);
          }
          for (const { answer } of attackers) if (!answer.ok) expect(Object.keys(retryByCode)).toContain(answer.code);
          expect(errors.filter((message) => !message.includes('secret detail'))).toEqual([]);

          for (const { peer } of attackers) peer.drop();
          await world.clock.advance(31_000);
          const { connections, counters } = world.realtime.diagnostics();
          expect([connections, world.clock.timers()]).toEqual([2, timersBefore]);
          expect(Object.keys(counters).length).toBeLessThan(60);
        }),
        runs(120),
      );
      expect(isClean()).toBe(true);
    },
    within,
  );
});
