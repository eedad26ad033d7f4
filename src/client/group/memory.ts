/** What a group stores: the browser's client id, the leader's cursors, and the mark that a sign-out changes. */
import type { Cancel, Clock, Store } from '../../core/ports.ts';
import { isCredibleTerm } from '../../core/term.ts';
import { type Cursors, furthest } from '../../protocol/cursor.ts';
import { limits } from '../../protocol/limits.ts';
import { isName, isTerm, isText, isToken, parseCursors, toFields } from '../../protocol/parse.ts';
import type { Shelf } from '../persist-types.ts';
import { createShelf } from './shelf.ts';

export interface Saved {
  readonly term: number;
  /** The leader who wrote it. */
  readonly tab?: string;
  readonly cursors: Cursors;
  /** Whom the server named, for a group whose user was derived. */
  readonly user?: string;
}

interface Recollection {
  readonly client: string | undefined;
  readonly saved: Saved | undefined;
  /** There may have been cursors: the store failed or hung, or what it has is of an earlier sign-in. */
  readonly lost: boolean;
}

export interface Memory {
  /** The newest of what IndexedDB and the page's last moment left; bounded in time. */
  read(): Promise<Recollection>;
  writeClient(client: string): void;
  /** A new client id, or the one that another first tab stored a moment ago: they are one browser. */
  claimClient(): Promise<string>;
  /** Soon, several at once, unless a higher term wrote meanwhile. */
  save(): void;
  /** Now, synchronously: the page may not run again. */
  saveNow(): void;
  /** From now on until `stop` a mark that another tab changes is a sign-out. */
  watch(): void;
  stop(): void;
  /** Signed out: writes nothing more, although this process may see the changed mark only later. */
  end(): void;
  /** What is stored of all namespaces, the mark apart. */
  wipe(): Promise<void>;
  /** For what the app asked to be kept. */
  readonly shelf: Shelf | null;
  /** False: somebody signed out since this tab joined. The group's first tab writes the mark. */
  marked(): boolean;
  /** Takes the present mark for this tab's own. */
  adoptMark(): void;
  changeMark(): void;
  /** Another browser took over: no tab of this group leads until `resume`. */
  halt(): void;
  halted(): boolean;
  resume(): void;
  broken(): boolean;
}

interface MemoryDeps {
  readonly store: Store | null;
  readonly clock: Clock;
  /** A namespace of the household: its name, with that behind. */
  readonly group: string;
  /** What the mark is of: a sign-out is from all namespaces. */
  readonly household: string;
  /** What to write; `null`: this tab does not lead. */
  readonly snapshot: () => Saved | null;
  readonly onHigherTerm: (term: number) => void;
  /** The mark was changed, and nobody told this tab. */
  readonly onSignedOut: () => void;
  readonly onBroken: () => void;
}

const coalesceMs = 50;
const boundMs = 900;
const graceMs = 100;
const firstMark = 'first-';

export function createMemory({
  store,
  clock,
  group,
  household,
  snapshot,
  onHigherTerm,
  onSignedOut,
  onBroken,
}: MemoryDeps): Memory {
  const keys = { client: `${group}:client`, saved: `${group}:saved`, mark: `${household}:mark`, halt: `${group}:halt` };
  let broken = store === null;
  let stopTimer: Cancel | null = null;
  let mark: string | null = null;
  let ended = false;
  let stopWatch: Cancel = () => {};

  const shelf = store && createShelf(store, `${group}:kept:`, () => (marked() ? { mark } : null));

  function fail(): void {
    if (broken) return;
    broken = true;
    onBroken();
  }

  /** A store that hangs is as good as none. */
  function bounded<T>(work: () => Promise<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
      const giveUp = (): void => {
        fail();
        resolve(undefined);
      };
      let stop = clock.after(boundMs, () => {
        // A page that was frozen or hung may find its timers due before the answers that wait for it.
        stop = clock.after(graceMs, giveUp);
      });
      const end = (value: T | undefined): void => {
        stop();
        resolve(value);
      };
      work().then(end, () => {
        fail();
        end(undefined);
      });
    });
  }

  const attempt = <T>(work: () => Promise<T>): Promise<T | undefined> =>
    broken ? Promise.resolve(undefined) : bounded(work);

  /** What to write: with the mark, for a sign-out may find no time to wipe it. */
  function toRecord(): Saved | null {
    const next = snapshot();
    return next && { ...next, ...(mark !== null && { mark }) };
  }

  /**
   * `null`: of an earlier sign-in. A first mark tells of no sign-out: there was none, or a killed browser lost it,
   * which writes localStorage seconds after IndexedDB (measured on Chromium).
   */
  function recall(value: unknown): Saved | null | undefined {
    const saved = parseSaved(value, clock.wall());
    const isOfThis = mark?.startsWith(firstMark) || (toFields(value)?.mark ?? null) === mark;
    return saved && !isOfThis ? null : saved;
  }

  function write(): void {
    stopTimer = null;
    const next = toRecord();
    if (!next) return;
    if (!marked()) return onSignedOut();
    if (broken) return void writeCopy(next);
    void attempt(async () => {
      let higher = 0;
      await store?.update(keys.saved, (old) => {
        const before = recall(old);
        // Compared again here: a sign-out may have come between the call and the transaction.
        if (!marked()) return undefined;
        if (!before || before.term <= next.term) return next;
        higher = before.term;
        return old;
      });
      // What an earlier leader left is old now. One of this term may be of this page's last moment, later than the above.
      const left = readCopy();
      if (left && left.term < next.term) store?.writeNow(keys.saved, null);
      if (higher > 0) onHigherTerm(higher);
    }).then(() => void (broken && write()));
  }

  const readCopy = (): Saved | null | undefined => recall(parseJson(store?.readNow(keys.saved)));

  /** Where IndexedDB fails, or there is no time for it. False: localStorage keeps nothing either. */
  function writeCopy(next: Saved): boolean {
    const left = readCopy();
    if (left && left.term > next.term) return true; // hung, and replaced meanwhile
    const text = JSON.stringify(next);
    store?.writeNow(keys.saved, text);
    return store?.readNow(keys.saved) === text;
  }

  function stop(): void {
    stopWatch();
    stopTimer?.();
    stopTimer = null;
  }

  const readMark = (): string | null => store?.readNow(keys.mark) ?? null;

  function marked(): boolean {
    return !ended && (store === null || mark === null || readMark() === mark);
  }

  function changeMark(next: string): void {
    mark = next;
    store?.writeNow(keys.mark, mark);
    // Where it can't be written there is no mark to compare.
    mark = readMark();
  }

  return {
    async read() {
      const [client, stored] = await Promise.all([
        attempt(async () => store?.get(keys.client)),
        attempt(async () => store?.get(keys.saved)),
      ]);
      const saved = recall(stored);
      const last = readCopy();
      const newest = saved && last ? later(saved, last) : (last ?? saved);
      const lost = !newest && ((broken && store !== null) || saved === null || last === null);
      return { client: isClient(client) ? client : undefined, saved: newest ?? undefined, lost };
    },
    async claimClient() {
      const fresh = clock.uniqueId();
      const client = await attempt(async () => {
        await store?.update(keys.client, (old) => (isClient(old) || !marked() ? old : fresh));
        return store?.get(keys.client);
      });
      return isClient(client) ? client : fresh;
    },
    writeClient(client) {
      void attempt(async () => store?.update(keys.client, (old) => (marked() ? client : old)));
    },
    save() {
      stopTimer ??= clock.after(coalesceMs, write);
    },
    saveNow() {
      stopTimer?.();
      stopTimer = null;
      const next = toRecord();
      if (!next || !marked()) return;
      // A transaction under way would keep the page out of the back/forward cache: only where there is no copy.
      if (!writeCopy(next)) write();
    },
    watch() {
      const compare = (): void => {
        if (!marked()) onSignedOut();
      };
      stopWatch();
      stopWatch = store?.watchNow(keys.mark, compare) ?? stopWatch;
      compare();
    },
    stop,
    end() {
      ended = true;
      stop();
    },
    async wipe() {
      // Also where it failed before: what it kept must not outlive the sign-out.
      if (store) await bounded(() => store.wipe(`${household}/`));
    },
    shelf,
    marked,
    adoptMark() {
      mark = readMark();
      // Two first tabs that write at the same time write the same.
      if (mark === null) changeMark(`${firstMark}${Math.floor(clock.wall() / 10_000)}`);
    },
    changeMark: () => changeMark(clock.uniqueId()),
    halt() {
      if (marked()) store?.writeNow(keys.halt, 'session_replaced');
    },
    halted: () => (store?.readNow(keys.halt) ?? null) !== null,
    resume: () => store?.writeNow(keys.halt, null),
    broken: () => broken,
  };
}

/** A tab without a channel adds its own id behind a slash. */
const isClient = (value: unknown): value is string => isText(value, limits.token / 2) && !value.includes('/');

/** Two leaders may have had one term: a page that came back had not heard of the other. Both went as far as they wrote. */
function later(saved: Saved, last: Saved): Saved {
  if (last.term !== saved.term) return last.term > saved.term ? last : saved;
  // Of one leader it is what it wrote last: it may have been taken back, or have left a channel.
  if (last.tab === saved.tab) return last;
  return { ...last, cursors: furthest(saved.cursors, last.cursors) };
}

function parseSaved(value: unknown, wallMs: number): Saved | undefined {
  const f = toFields(value);
  const cursors = f && parseCursors(f.cursors);
  if (!f || !cursors || !isTerm(f.term)) return undefined;
  // Written by a clock that was far ahead: the tabs would not believe a term above it.
  const term = isCredibleTerm(f.term, 0, wallMs) ? f.term : 0;
  return { term, cursors, ...(isToken(f.tab) && { tab: f.tab }), ...(isName(f.user) && { user: f.user }) };
}

function parseJson(text: string | null | undefined): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
