/** What one tab's app is handed, compared with the ledger as it comes. */

import type { Status } from '../client/types.ts';
import { isChannel } from '../protocol/channel.ts';
import type { Cursor, Cursors } from '../protocol/cursor.ts';
import type { Judge } from './judge.ts';
import type { Ledger } from './ledger.ts';
import type { SimTab } from './realm.ts';

interface Seen {
  readonly epoch: string;
  readonly id: number;
  readonly at: number;
}

export interface Recorder {
  /** Compares cursors that moved with the events that were handed over since the last call. */
  compare(): void;
  /** The last event per stream that was handed over until then. */
  handledBy(time: number): ReadonlyMap<string, Cursor>;
  /** The app signed out while it was disconnected, and no status tells of it: what comes next is another life. */
  restart(): void;
  /** How often that was. */
  lives(): number;
  received(): number;
  refreshed(): number;
  /** How often this event was handed over. */
  timesOf(number: number): number;
}

/** Where a tab begins that was opened with nobody to ask. */
export interface Beginning {
  /** Stored when it was opened: more than one where leaders had the same term. */
  readonly stored: readonly Cursors[];
  /** What the last leader had handled and had the time to store: nothing of it comes again. */
  readonly handled: ReadonlyMap<string, Cursor>;
  /** Nobody else of the group was there since, and the storage is untouched. */
  readonly holds: () => boolean;
}

interface RecorderDeps {
  readonly tab: SimTab;
  readonly now: () => number;
  readonly ledger: Ledger;
  /** `null`: it may start anywhere. */
  readonly beginning: Beginning | null;
  readonly judge: Judge;
}

/** So much of the past is known exactly. */
const keptMs = 2_000;

export function createRecorder({ tab, now, ledger, beginning, judge }: RecorderDeps): Recorder {
  const { socket, name } = tab;
  let seenByStream = new Map<string, Seen[]>();
  let refreshed = new Set<string>();
  /** Since the last comparison, by stream: events handed over, and whether a refresh came among them. */
  let handed = new Map<string, number[]>();
  let refreshedNow = new Set<string>();
  let before: Cursors = {};
  const timesByNumber = new Map<number, number>();
  let lives = 0;
  let received = 0;
  let refreshes = 0;
  let first = beginning;

  function checkFirst(stream: string, epoch: string, id: number): void {
    if (!first?.holds()) return;
    const starts = first.stored.flatMap(({ [stream]: start }) => start ?? []);
    if (starts.length > 0) {
      const holds = starts.some((start) => start.epoch === epoch && id <= start.id + 1);
      const places = starts.map((start) => `${start.epoch}#${start.id}`).join(' and ');
      judge.check('P4', holds, () => `${name} begins ${stream} at ${epoch}#${id}, stored was ${places}`);
    }
    const handled = first.handled.get(stream);
    if (handled?.epoch !== epoch) return;
    judge.check('P4', id > handled.id, () => `${name} gets ${stream}#${id} again, #${handled.id} was handled before`);
  }

  function check(stream: string, id: number, number: number): void {
    const truth = ledger.event(number);
    if (!judge.check('P2', truth !== undefined, () => `${name} got event ${number}, which nobody sent`) || !truth)
      return;
    const isTrue = truth.stream === stream && truth.id === id;
    judge.check('P2', isTrue, () => `${name} got ${truth.stream}#${truth.id} as ${stream}#${id}`);
    const isOwn = !stream.startsWith('user:') || stream === `user:${tab.user}`;
    judge.check('P6', isOwn, () => `${name} of ${tab.user} got an event of ${stream}`);
    const { epoch } = truth;
    const seen = seenByStream.get(stream) ?? [];
    const last = seen.at(-1);
    const news = refreshed.delete(stream);
    // All of the last moments, and one before them.
    const old = seen.filter((each) => each.at < now() - keptMs).length - 1;
    seenByStream.set(stream, [...seen.slice(Math.max(0, old)), { epoch, id, at: now() }]);
    if (!last) {
      if (!news) checkFirst(stream, epoch, id);
      return;
    }
    if (last.epoch !== epoch) {
      const all = ledger.epochsOf(stream);
      judge.check('P2', news, () => `${name} crosses epochs of ${stream} without a refresh`);
      judge.check('P2', all.indexOf(epoch) > all.indexOf(last.epoch), () => `${name} goes back an epoch of ${stream}`);
      return;
    }
    judge.check('P2', id > last.id, () => `${name} got ${stream}#${id} after #${last.id}`);
    const joins = id <= last.id + 1 || news;
    judge.check('P2', joins, () => `${name} got ${stream}#${id} after #${last.id}: a hole without a refresh`);
  }

  socket.onEvent('tick', ({ stream, id, payload }) => {
    received += 1;
    const { number } = payload as { readonly number: number };
    raise(timesByNumber, number);
    const list = handed.get(stream) ?? [];
    handed.set(stream, list);
    list.push(id);
    check(stream, id, number);
  });
  socket.onRefresh(({ streams, reason }) => {
    refreshes += 1;
    for (const stream of streams) {
      // To be forgotten: should the user come back, it is as one never heard of, and begins where any tab stands.
      if (reason === 'permissions_changed') seenByStream.delete(stream);
      refreshed.add(stream);
      refreshedNow.add(stream);
      handed.delete(stream);
    }
  });
  // Another life: nothing of the last one counts.
  socket.onStatus(({ connection }: Status) => connection === 'signed-out' && restart());

  function compareStream(stream: string, from: Cursor | undefined, to: Cursor): void {
    const ids = handed.get(stream) ?? [];
    const contiguous = ids.every((id, index) => index === 0 || id === (ids[index - 1] ?? 0) + 1);
    judge.check('P2', contiguous, () => `${name}: ${stream} came as ${ids.join(',')}`);
    const end = ids.at(-1);
    const news = refreshedNow.has(stream);
    const isAtEnd = end === undefined || end === to.id || news;
    judge.check('P2', isAtEnd, () => `${name}: the cursor of ${stream} is at #${to.id} after #${end} was handed over`);
    if (!from || news) return;
    const isSame = from.epoch === to.epoch;
    judge.check('P2', isSame, () => `${name}: the cursor of ${stream} changed its epoch without a refresh`);
    if (!isSame) return;
    judge.check('P2', to.id >= from.id, () => `${name}: the cursor of ${stream} went back`);
    const what = (): string =>
      `${name}: the cursor of ${stream} went from #${from.id} to #${to.id} over ${ids.length} events`;
    judge.check('P2', to.id - from.id === ids.length, what);
  }

  function restart(): void {
    lives += 1;
    seenByStream = new Map();
    refreshed = new Set();
    handed = new Map();
    refreshedNow = new Set();
    before = {};
    first = null;
  }

  return {
    compare() {
      const cursors = socket.diagnostics().cursors;
      for (const [stream, to] of Object.entries(cursors)) {
        if (!isChannel(stream)) compareStream(stream, before[stream], to);
      }
      before = cursors;
      handed = new Map();
      refreshedNow = new Set();
    },
    handledBy(time) {
      const handled = new Map<string, Cursor>();
      for (const [stream, seen] of seenByStream) {
        const last = seen.filter(({ at }) => at <= time).at(-1);
        if (last) handled.set(stream, { epoch: last.epoch, id: last.id });
      }
      return handled;
    },
    restart,
    lives: () => lives,
    received: () => received,
    refreshed: () => refreshes,
    timesOf: (number) => timesByNumber.get(number) ?? 0,
  };
}

function raise<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** With a plain server nothing is numbered: what a healed world sends is counted. */
export function createPlainRecorder({ socket }: SimTab): Recorder {
  const timesByNumber = new Map<number, number>();
  let received = 0;
  socket.on('tick', ({ number }: { readonly number: number }) => {
    received += 1;
    raise(timesByNumber, number);
  });
  return {
    compare() {},
    restart() {},
    lives: () => 0,
    handledBy: () => new Map(),
    received: () => received,
    refreshed: () => 0,
    timesOf: (number) => timesByNumber.get(number) ?? 0,
  };
}
