/** What one tab's app is handed, compared with the ledger as it comes. */
import type { Cursor, Cursors } from '../protocol/cursor.ts';
import type { SimTab } from './index.ts';
import { type Ledger, Violation } from './ledger.ts';

interface Seen {
  readonly epoch: string;
  readonly id: number;
}

export interface Recorder {
  readonly tab: SimTab;
  /** Compares cursors that moved with the events that were handed over since the last call. */
  compare(): void;
  last(stream: string): Seen | undefined;
  /** The app signed out, or another did: what comes next is a new life. */
  restart(): void;
  received(): number;
  refreshed(): number;
}

interface RecorderDeps {
  readonly tab: SimTab;
  readonly ledger: Ledger;
  /** Where the group's stored cursors were as this tab was opened with nobody to ask; `null`: it may start anywhere. */
  readonly stored: Cursors | null;
  /** Nobody else of the group was there since. */
  readonly alone: () => boolean;
  readonly fail: (violation: Violation) => void;
}

export function createRecorder({ tab, ledger, stored, alone, fail }: RecorderDeps): Recorder {
  const { socket, name } = tab;
  let lastByStream = new Map<string, Seen>();
  let refreshed = new Set<string>();
  /** Since the last comparison, by stream: events handed over, and whether a refresh came among them. */
  let handed = new Map<string, number[]>();
  let refreshedNow = new Set<string>();
  let before: Cursors = {};
  let received = 0;
  let refreshes = 0;
  let status = socket.status;
  let firstFrom: Cursors | null = stored;

  function check(stream: string, id: number, number: number): void {
    const truth = ledger.event(number);
    if (!truth) return fail(new Violation('P2', `${name} got event ${number}, which nobody sent`));
    if (truth.stream !== stream || truth.id !== id) {
      return fail(new Violation('P2', `${name} got ${truth.stream}#${truth.id} as ${stream}#${id}`));
    }
    if (stream.startsWith('user:') && stream !== `user:${tab.user}`) {
      return fail(new Violation('P6', `${name} of ${tab.user} got an event of ${stream}`));
    }
    const { epoch } = truth;
    const last = lastByStream.get(stream);
    const news = refreshed.has(stream);
    lastByStream.set(stream, { epoch, id });
    refreshed.delete(stream);
    if (!last) {
      const start = firstFrom?.[stream];
      if (!start || news || !alone()) return;
      if (start.epoch !== epoch)
        fail(new Violation('P4', `${name} begins ${stream} in another epoch without a refresh`));
      else if (id > start.id + 1) {
        fail(
          new Violation('P4', `${name} begins ${stream} at #${id}, stored was #${start.id}: lost without a refresh`),
        );
      }
      return;
    }
    if (last.epoch !== epoch) {
      if (!news) fail(new Violation('P2', `${name} crosses epochs of ${stream} without a refresh`));
      const all = ledger.epochsOf(stream);
      if (all.indexOf(epoch) < all.indexOf(last.epoch))
        fail(new Violation('P2', `${name} goes back an epoch of ${stream}`));
      return;
    }
    if (id <= last.id) fail(new Violation('P2', `${name} got ${stream}#${id} after #${last.id}`));
    else if (id !== last.id + 1 && !news) {
      fail(new Violation('P2', `${name} got ${stream}#${id} after #${last.id}: a hole without a refresh`));
    }
  }

  socket.onEvent('tick', ({ stream, id, payload }) => {
    received += 1;
    const list = handed.get(stream) ?? [];
    handed.set(stream, list);
    list.push(id);
    check(stream, id, (payload as { readonly number: number }).number);
  });
  socket.onRefresh(({ streams }) => {
    refreshes += 1;
    for (const stream of streams) {
      refreshed.add(stream);
      refreshedNow.add(stream);
      handed.delete(stream);
    }
  });
  socket.onStatus((next) => {
    if (!Object.isFrozen(next)) fail(new Violation('P9', `${name}: status is not frozen`));
    if (JSON.stringify(next) === JSON.stringify(status) && next !== status) {
      fail(new Violation('P9', `${name}: a new status without a change: ${JSON.stringify(next)}`));
    }
    status = next;
    // Another life: nothing of the last one counts.
    if (next.connection === 'signed-out') restart();
  });

  function compareStream(stream: string, from: Cursor | undefined, to: Cursor): void {
    const ids = handed.get(stream) ?? [];
    const contiguous = ids.every((id, index) => index === 0 || id === (ids[index - 1] ?? 0) + 1);
    const end = ids.at(-1);
    if (!contiguous) fail(new Violation('P2', `${name}: ${stream} came as ${ids.join(',')}`));
    if (end !== undefined && end !== to.id && !refreshedNow.has(stream)) {
      fail(new Violation('P2', `${name}: the cursor of ${stream} is at #${to.id} after #${end} was handed over`));
    }
    if (!from || refreshedNow.has(stream)) return;
    if (from.epoch !== to.epoch) {
      return fail(new Violation('P2', `${name}: the cursor of ${stream} changed its epoch without a refresh`));
    }
    if (to.id < from.id) fail(new Violation('P2', `${name}: the cursor of ${stream} went back`));
    else if (to.id - from.id !== ids.length) {
      fail(
        new Violation(
          'P2',
          `${name}: the cursor of ${stream} went from #${from.id} to #${to.id} over ${ids.length} events`,
        ),
      );
    }
  }

  function restart(): void {
    lastByStream = new Map();
    refreshed = new Set();
    handed = new Map();
    refreshedNow = new Set();
    before = {};
    firstFrom = null;
  }

  return {
    tab,
    compare() {
      const now = socket.diagnostics().cursors;
      for (const [stream, to] of Object.entries(now)) compareStream(stream, before[stream], to);
      before = now;
      handed = new Map();
      refreshedNow = new Set();
    },
    last: (stream) => lastByStream.get(stream),
    restart,
    received: () => received,
    refreshed: () => refreshes,
  };
}
