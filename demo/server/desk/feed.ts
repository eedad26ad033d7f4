/** A made-up shop that publishes at a chosen rate: on one node, the one on duty, and until a while after the last has left. */
import { type Kind, kinds } from '../../shared/desk.ts';
import { userIds } from '../../shared/users.ts';
import type { App } from '../app.ts';
import type { BoardRepository } from './board.ts';

const tickMs = 10;
/** Whoever lost the connection is to miss something: the shop closes only when nobody has been there for so long. */
const closesAfterMs = 30_000;
/** Every so many events one goes to the users' own streams instead of to all. */
const ownEvery = 5;

const textByKind: Record<Kind, (n: number) => string> = {
  order: (n) => `Order ${10_000 + n} placed for €${((n * 37) % 190) + 10}.50`,
  payment: (n) => `Payment of €${((n * 53) % 240) + 8}.90 received`,
  parcel: (n) => `Parcel ${10_000 + n} left the warehouse`,
  review: (n) => `Review, ${(n % 5) + 1} of 5 stars: “I <3 it & would <b>buy</b> again”`,
};

export interface Feed {
  start(): void;
  /** A few events at once, whatever the rate: a fault needs something to act on. */
  burst(count: number): Promise<void>;
  /** The rate is another one. */
  reset(): void;
  published(): number;
  stop(): void;
}

interface FeedDeps extends Pick<App, 'realtime' | 'nodes' | 'logbook'> {
  readonly board: BoardRepository;
  readonly isAnybodyHere: () => boolean;
}

export function createFeed({ realtime, nodes, logbook, board, isAnybodyHere }: FeedDeps): Feed {
  const logger = logbook.of('feed');
  let made = 0;
  let published = 0;
  let owed = 0;
  let lastTick = performance.now();
  let running = false;
  let settings = { perSecond: 0, at: Number.NEGATIVE_INFINITY };
  let visitedAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  async function publishItem(): Promise<void> {
    const kind = kinds[made % kinds.length] ?? 'order';
    await realtime.to('all').emit('feed:item', { kind, text: textByKind[kind](made), total: board.add(kind) });
    published += 1;
  }

  async function publishOwn(): Promise<void> {
    for (const user of userIds) {
      const own = { text: `Message ${made}, for you alone`, total: board.add(`mine:${user}`) };
      await realtime.to({ user }).emit('feed:mine', own);
      published += 1;
    }
  }

  async function burst(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      made += 1;
      await (made % ownEvery === 0 ? publishOwn() : publishItem());
    }
  }

  /** Asked of the database once a second: other nodes change it too. */
  function look(now: number): typeof settings {
    if (now - settings.at < 1_000) return settings;
    const isVisited = isAnybodyHere() || nodes.list().some(({ connections }) => Object.keys(connections).length > 0);
    if (isVisited) visitedAt = now;
    return { perSecond: board.rate(), at: now };
  }

  /** Pays the events that the time since the last tick owes, while the shop is open. */
  async function tick(): Promise<void> {
    const now = performance.now();
    // A process that was stopped for a while, or a log that is slow, is not made up for in full.
    const elapsedMs = Math.min(now - lastTick, 1_000);
    if (running || !nodes.isOnDuty()) return;
    lastTick = now;
    settings = look(now);
    if (now - visitedAt > closesAfterMs) return;
    owed += (elapsedMs / 1_000) * settings.perSecond;
    const due = Math.floor(owed);
    owed -= due;
    running = true;
    await burst(due).catch((error: unknown) => logger.warn('The feed stumbled', error));
    running = false;
  }

  return {
    start() {
      timer = setInterval(() => void tick(), tickMs);
    },
    burst,
    reset() {
      owed = 0;
      settings = { ...settings, at: Number.NEGATIVE_INFINITY };
    },
    published: () => published,
    stop: () => clearInterval(timer),
  };
}
