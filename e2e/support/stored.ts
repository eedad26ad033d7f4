/** All that this origin has stored: the values of every database, and the entries of localStorage. */
import type { Where } from './tab.ts';

export function storedBy({ page }: { readonly page: Where }) {
  return page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
    const values: unknown[] = [];
    for (const name of names) {
      const db = await new Promise<IDBDatabase>((done, fail) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
      });
      for (const store of db.objectStoreNames) {
        const request = db.transaction(store).objectStore(store).getAll();
        values.push(
          ...(await new Promise<unknown[]>((done) => {
            request.onsuccess = () => done(request.result);
          })),
        );
      }
      db.close();
    }
    return { values, local: Object.entries(localStorage) };
  });
}
