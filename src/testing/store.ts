/** IndexedDB and localStorage of one simulated browser, with what can go wrong with a disk. */
import type { Store } from '../core/ports.ts';
import { clone } from './clone.ts';
import type { SimPage } from './page.ts';
import type { Random } from './random.ts';
import type { Tasks } from './tasks.ts';

type DiskMode = 'works' | 'fails' | 'hangs' | 'slow';

export interface Disk {
  portOf(page: SimPage): Store;
  /** `fails`: IndexedDB rejects everything; `hangs`: it answers nothing; `slow`: seconds later. localStorage goes on. */
  setMode(mode: DiskMode): void;
  mode(): DiskMode;
  /** What is open now works no more; pages that open it later can use it (Safari's lost database process). */
  kill(): void;
  /** When it last did not work, or lost something. */
  troubledAt(): number;
  /** The user clears the site's data. */
  clear(): void;
  /** The machine dies: what IndexedDB was told within the last `ms` is not on the disk. */
  loseLast(ms: number): void;
  /** Something else wrote there, or half of it was written: `junk` instead of all but the marks. */
  corrupt(junk: unknown): void;
  /** All that is stored, both kinds. */
  contents(): readonly (readonly [key: string, value: unknown])[];
}

export function createDisk(tasks: Tasks, random: Random): Disk {
  const records = new Map<string, unknown>();
  const local = new Map<string, string>();
  const watchers = new Set<{ readonly page: SimPage; readonly key: string; readonly onChange: () => void }>();
  let mode: DiskMode = 'works';
  let lastAt = 0;
  /** What is asked for later has to wait for what was slow. */
  let slowUntil = Number.NEGATIVE_INFINITY;
  let troubledAt = Number.NEGATIVE_INFINITY;
  const users = new Set<SimPage>();
  let dead = new Set<SimPage>();
  const trouble = (): void => {
    troubledAt = tasks.now();
  };
  let journal: { readonly at: number; readonly key: string; readonly before: unknown }[] = [];

  function write(key: string, value: unknown): void {
    journal = journal.filter(({ at }) => tasks.now() - at < 10_000);
    journal.push({ at: tasks.now(), key, before: records.get(key) });
    if (value === undefined) records.delete(key);
    else records.set(key, clone(value));
  }

  function writeLocal(page: SimPage, key: string, value: string | null): void {
    if ((local.get(key) ?? null) === value) return;
    if (value === null) local.delete(key);
    else local.set(key, value);
    tell(key, page);
  }

  /** `storage` events: a task in each other page; a cached page gets none. */
  function tell(key: string | null, by: SimPage | null): void {
    for (const watcher of watchers) {
      if (watcher.page === by || watcher.page.state() === 'cached' || (key !== null && watcher.key !== key)) continue;
      tasks.add(watcher.page, 'store', random.between(0, 5), () => watchers.has(watcher) && watcher.onChange());
    }
  }

  function transact<T>(page: SimPage, work: () => T): Promise<T> {
    const now = dead.has(page) ? 'fails' : mode;
    users.add(page);
    return new Promise((resolve, reject) => {
      if (now === 'hangs') return;
      // Transactions run in the order in which they were asked for, whoever asked.
      lastAt = Math.max(lastAt, tasks.now() + (now === 'slow' ? random.between(200, 4_000) : random.between(1, 8)));
      if (now === 'slow') slowUntil = lastAt;
      tasks.add(page, 'store', lastAt - tasks.now(), () => {
        if (now === 'fails') return reject(new Error('UnknownError: the database is gone'));
        try {
          resolve(work());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  return {
    portOf: (page) => ({
      get: (key) => transact(page, () => clone(records.get(key))),
      update: (key, change) => transact(page, () => write(key, change(clone(records.get(key))))),
      remove: (key) => transact(page, () => write(key, undefined)),
      wipe(prefix) {
        for (const key of [...local.keys()]) if (key.startsWith(prefix)) writeLocal(page, key, null);
        return transact(page, () => {
          for (const key of [...records.keys()]) if (key.startsWith(prefix)) write(key, undefined);
        });
      },
      readNow: (key) => local.get(key) ?? null,
      writeNow: (key, value) => writeLocal(page, key, value),
      watchNow(key, onChange) {
        const watcher = { page, key, onChange };
        watchers.add(watcher);
        return () => watchers.delete(watcher);
      },
    }),
    troubledAt: () => (mode === 'works' ? Math.max(troubledAt, Math.min(slowUntil, tasks.now())) : tasks.now()),
    mode: () => (mode === 'works' && tasks.now() < slowUntil ? 'slow' : mode),
    setMode(next) {
      if (mode !== next) trouble();
      mode = next;
    },
    kill() {
      trouble();
      dead = new Set(users);
    },
    clear() {
      trouble();
      records.clear();
      local.clear();
      journal = [];
      // Not every browser says so.
      if (random.chance(0.5)) tell(null, null);
    },
    loseLast(ms) {
      trouble();
      for (const { at, key, before } of journal.reverse()) {
        if (tasks.now() - at > ms) break;
        if (before === undefined) records.delete(key);
        else records.set(key, before);
      }
      journal = [];
    },
    corrupt(junk) {
      trouble();
      for (const key of records.keys()) records.set(key, junk);
      for (const key of local.keys()) if (/:saved$/.test(key)) local.set(key, String(junk));
    },
    contents: () => [...records, ...local],
  };
}
