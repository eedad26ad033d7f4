/** IndexedDB by idb-keyval, and localStorage for the page's last moment. */
import { createStore, del, get, promisifyRequest, type UseStore, update } from 'idb-keyval';
import type { Store } from '../core/ports.ts';

const database = 'onesocket';

/** Said by a database that works: opened anew it would say the same. */
const isAnswer = (name: unknown): boolean =>
  name === 'QuotaExceededError' || name === 'SecurityError' || name === 'DataCloneError';

export function createPageStore(): Store {
  let store: UseStore | null = null;

  /** Another page that deletes the database is not held up: the next use finds a dead handle, and opens it anew. */
  function open(): UseStore {
    const use = createStore(database, 'keyval');
    return (mode, work) =>
      use(mode, (values) => {
        const { db } = values.transaction;
        db.onversionchange = () => db.close();
        return work(values);
      });
  }

  /** Safari may lose its database process and every later call on the old handle: open once more, then fail. */
  async function attempt<T>(work: (use: UseStore) => Promise<T>): Promise<T> {
    store ??= open();
    try {
      return await work(store);
    } catch (error) {
      const { name } = error as { name?: unknown };
      if (isAnswer(name)) throw error;
      store = open();
      return work(store);
    }
  }

  return {
    get: (key) => attempt((use) => get(key, use)),
    update: (key, change) => attempt((use) => update(key, change, use)),
    remove: (key) => attempt((use) => del(key, use)),
    wipe(prefix) {
      try {
        for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
      } catch {
        // Forbidden: nothing was written there.
      }
      return attempt((use) =>
        use('readwrite', (values) => {
          values.delete(IDBKeyRange.bound(prefix, `${prefix}\uffff`));
          return promisifyRequest(values.transaction);
        }),
      );
    },
    readNow(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    writeNow(key, value) {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // Full or forbidden: IndexedDB has an older copy, and a lost cursor leads to a refresh.
      }
    },
    watchNow(key, onChange) {
      const abort = new AbortController();
      const onStorage = (event: StorageEvent): void => {
        // No key: everything was cleared.
        if (event.key === key || event.key === null) onChange();
      };
      addEventListener('storage', onStorage, { signal: abort.signal });
      return () => abort.abort();
    },
  };
}
