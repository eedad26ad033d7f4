/**
 * The demo's world: a made-up shop that publishes at a chosen rate, its totals and a counter.
 * Changes and snapshots take turns, so that a snapshot's position is exactly what its data contain.
 */
import type { Realtime } from '../../src/server/index.ts';
import {
  type BoardAnswer,
  type FeedItem,
  type Kind,
  kinds,
  people,
  type ServerEvents,
  type UserId,
} from '../shared.ts';

const tickMs = 10;
/** Every so many events one goes to the users' own streams instead of to all. */
const ownEvery = 5;

const textByKind: Record<Kind, (n: number) => string> = {
  order: (n) => `Order ${10_000 + n} placed for €${((n * 37) % 190) + 10}.50`,
  payment: (n) => `Payment of €${((n * 53) % 240) + 8}.90 received`,
  parcel: (n) => `Parcel ${10_000 + n} left the warehouse`,
  review: (n) => `Review, ${(n % 5) + 1} of 5 stars: “I <3 it & would <b>buy</b> again”`,
};

export interface Feed {
  board(user: UserId): Promise<BoardAnswer>;
  setRate(perSecond: number, by: UserId): Promise<void>;
  count(add: number, by: UserId): Promise<number>;
  /** A few events at once, whatever the rate: a fault needs something to act on. */
  burst(count: number): Promise<void>;
  published(): number;
  close(): void;
}

export function createFeed(realtime: Realtime<ServerEvents>, isAnybodyThere: () => boolean): Feed {
  const totals: Record<Kind, number> = { order: 0, payment: 0, parcel: 0, review: 0 };
  const mineByUser = new Map<UserId, number>();
  let perSecond = 10;
  let counter = 0;
  let made = 0;
  let published = 0;
  let owed = 0;
  let lastTick = performance.now();
  let turns: Promise<unknown> = Promise.resolve();

  function inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const turn = turns.then(run);
    turns = turn.catch(() => {});
    return turn;
  }

  async function publishItem(): Promise<void> {
    const kind = kinds[made % kinds.length] ?? 'order';
    const item: FeedItem = { kind, text: textByKind[kind](made) };
    await realtime.to('all').emit('feed:item', item);
    totals[kind] += 1;
    published += 1;
  }

  async function publishOwn(): Promise<void> {
    const users = Object.keys(people) as UserId[];
    await realtime.to({ users }).emit('feed:mine', { text: `Message ${made}, for you alone` });
    for (const user of users) mineByUser.set(user, (mineByUser.get(user) ?? 0) + 1);
    published += users.length;
  }

  async function publish(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      made += 1;
      await (made % ownEvery === 0 ? publishOwn() : publishItem());
    }
  }

  /** Pays the events that the time since the last tick owes; with nobody there the shop is closed. */
  function tick(): void {
    const now = performance.now();
    // A process that was stopped for a while does not make up for all of it.
    const elapsedMs = Math.min(now - lastTick, 1_000);
    lastTick = now;
    if (!isAnybodyThere()) return;
    owed += (elapsedMs / 1_000) * perSecond;
    const due = Math.floor(owed);
    owed -= due;
    if (due > 0) inTurn(() => publish(due)).catch((error: unknown) => console.error('The feed stumbled', error));
  }

  const timer = setInterval(tick, tickMs);

  return {
    board: (user) =>
      inTurn(async () => ({
        position: await realtime.positionOf({ userId: user }),
        state: { totals: { ...totals }, mine: mineByUser.get(user) ?? 0, counter, perSecond },
      })),
    setRate: (rate, by) =>
      inTurn(async () => {
        perSecond = rate;
        owed = 0;
        await realtime.to('all').emit('feed:rate', { perSecond, by: people[by] });
        published += 1;
      }),
    count: (add, by) =>
      inTurn(async () => {
        counter += add;
        await realtime.to('all').emit('counter:changed', { value: counter, by: people[by] });
        published += 1;
        return counter;
      }),
    burst: (count) => inTurn(() => publish(count)),
    published: () => published,
    close: () => clearInterval(timer),
  };
}
