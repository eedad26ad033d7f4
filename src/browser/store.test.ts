import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPageStore } from './store.ts';

let opened: IDBDatabase[] = [];
let factory: IDBFactory;

/** A browser of its own for each test; keeps the database handles, so that a test can kill them. */
beforeEach(() => {
  opened = [];
  factory = new IDBFactory();
  const open = factory.open.bind(factory);
  factory.open = (name, version) => {
    const request = open(name, version);
    request.addEventListener('success', () => opened.push(request.result));
    return request;
  };
  vi.stubGlobal('indexedDB', factory);
  vi.stubGlobal('IDBKeyRange', IDBKeyRange);
});
afterEach(() => vi.unstubAllGlobals());

/** As a browser has it: its keys are its own properties. */
function openLocalStorage(): Record<string, string> {
  const local: Record<string, string> = Object.create({
    getItem: (key: string) => local[key] ?? null,
    setItem(key: string, value: string) {
      local[key] = value;
    },
    removeItem(key: string) {
      delete local[key];
    },
  });
  vi.stubGlobal('localStorage', local);
  return local;
}

/** As Safari does: later calls on the handle fail, and no `close` event comes. */
const killHandles = (): void => opened.forEach((database) => void database.close());

describe('the page store', () => {
  it('keeps values, changes them in one transaction, and removes one', async () => {
    const store = createPageStore();
    await store.update('a', () => ({ n: 1 }));
    await store.update('b', () => 2);
    await Promise.all(Array.from({ length: 20 }, () => store.update('b', (old) => (old as number) + 1)));
    expect([await store.get('a'), await store.get('b'), await store.get('c')]).toEqual([{ n: 1 }, 22, undefined]);
    await store.remove('a');
    expect([await store.get('a'), await store.get('b')]).toEqual([undefined, 22]);
    expect(opened).toHaveLength(1);
  });

  it('[P6] wipes all that begins alike and nothing else, localStorage at once', async () => {
    const local = openLocalStorage();
    const store = createPageStore();
    const keys = ['u1/:kept:a', 'u1/n:saved', 'u1/', 'u1:mark', 'u1', 'u2/:kept:a', 'another app'];
    for (const key of keys) {
      await store.update(key, () => 1);
      store.writeNow(key, '1');
    }
    const wiping = store.wipe('u1/');
    expect(Object.keys(local)).toEqual(['u1:mark', 'u1', 'u2/:kept:a', 'another app']);
    await wiping;
    const left = await Promise.all(keys.map((key) => store.get(key)));
    expect(left).toEqual([undefined, undefined, undefined, 1, 1, 1, 1]);
  });

  it('[P6] wipes the database where localStorage is forbidden', async () => {
    const store = createPageStore();
    await store.update('u/:saved', () => 1);
    vi.stubGlobal('localStorage', undefined);
    await store.wipe('u/');
    expect(await store.get('u/:saved')).toBeUndefined();
  });

  it('[P10] opens nothing anew for a value that can not be cloned', async () => {
    const store = createPageStore();
    await expect(store.update('a', () => () => {})).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(opened).toHaveLength(1);
  });

  it('[P4] is read by the next page', async () => {
    await createPageStore().update('a', () => 1);
    expect(await createPageStore().get('a')).toBe(1);
  });

  it('[P10] opens a dead handle once more', async () => {
    const store = createPageStore();
    await store.update('a', () => 1);
    killHandles();
    expect(await store.get('a')).toBe(1);
    expect(opened).toHaveLength(2);
    killHandles();
    await store.update('a', (old) => (old as number) + 1);
    expect(await store.get('a')).toBe(2);
    expect(opened).toHaveLength(3);
  });

  it('[P10] holds up nobody who deletes the database, and makes it again', async () => {
    const store = createPageStore();
    await store.update('a', () => 1);
    const outcome = await new Promise((resolve) => {
      const request = factory.deleteDatabase('onesocket');
      request.onsuccess = () => resolve('deleted');
      request.onblocked = () => resolve('blocked');
    });
    expect(outcome).toBe('deleted');
    await store.update('b', () => 2);
    expect([await store.get('a'), await store.get('b')]).toEqual([undefined, 2]);
  });

  it('[P10] fails when the second handle is dead too', async () => {
    const store = createPageStore();
    await store.get('a');
    killHandles();
    let tries = 0;
    factory.open = () => {
      tries += 1;
      throw new DOMException('gone', 'UnknownError');
    };
    await expect(store.get('a')).rejects.toThrow('gone');
    expect(tries).toBe(1);
  });

  it.each(['SecurityError', 'QuotaExceededError'])('[P10] does not open again what is forbidden: %s', async (name) => {
    let tries = 0;
    factory.open = () => {
      tries += 1;
      throw new DOMException('no', name);
    };
    await expect(createPageStore().get('a')).rejects.toThrow('no');
    expect(tries).toBe(1);
  });

  it('[P8] a change that throws writes nothing', async () => {
    const store = createPageStore();
    await store.update('a', () => 1);
    const bad = (): never => {
      throw new Error('mine');
    };
    await expect(store.update('a', bad)).rejects.toThrow('mine');
    expect(await store.get('a')).toBe(1);
  });

  it('[P6] says when another tab changed a key, or everything', () => {
    const window = new EventTarget();
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
    const elsewhere = (key: string | null): void =>
      void window.dispatchEvent(Object.assign(new Event('storage'), { key }));
    const heard: string[] = [];
    const stop = createPageStore().watchNow('a', () => heard.push('a'));
    for (const key of ['b', 'a', null]) elsewhere(key);
    expect(heard).toEqual(['a', 'a']);
    stop();
    elsewhere('a');
    expect(heard).toHaveLength(2);
  });

  it('[P10] writes its last moment to localStorage, and lives without one', () => {
    openLocalStorage();
    const store = createPageStore();
    store.writeNow('a', '1');
    expect([store.readNow('a'), store.readNow('b')]).toEqual(['1', null]);
    store.writeNow('a', null);
    expect(store.readNow('a')).toBeNull();
    const forbidden = (): never => {
      throw new DOMException('no', 'SecurityError');
    };
    vi.stubGlobal('localStorage', { getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    store.writeNow('a', '1');
    store.writeNow('a', null);
    expect(store.readNow('a')).toBeNull();
  });
});
