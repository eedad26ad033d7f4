import { describe, expect, it } from 'vitest';
import { createWebLock } from './lock.ts';

interface Asked {
  readonly name: string;
  readonly options: LockOptions;
  /** Grants; the promise is what the holder keeps the lock with. */
  readonly grant: () => unknown;
  readonly reject: (error: unknown) => void;
}

/** The platform's side, by hand. */
function open(holders: readonly { readonly name: string; readonly clientId: string }[] = []) {
  const asked: Asked[] = [];
  const heard: string[] = [];
  const locks = {
    request(name: string, options: LockOptions, run: (lock: object | null) => unknown) {
      return new Promise((resolve, reject) => {
        const grant = (): unknown => {
          const kept = run(options.ifAvailable && holders.length > 0 ? null : {});
          void Promise.resolve(kept).then(resolve, reject);
          return kept;
        };
        asked.push({ name, options, grant, reject });
        options.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      });
    },
    query: async () => ({ held: holders, pending: [] }),
  };
  const lock = createWebLock(locks as unknown as LockManager);
  const release = (how: 'queue' | 'steal' = 'queue') =>
    lock.request('g', how, { onGranted: () => heard.push('granted'), onLost: () => heard.push('lost') });
  return { asked, heard, lock, release };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const state = async (promise: unknown): Promise<string> =>
  Promise.race([Promise.resolve(promise).then(() => 'released'), turn().then(() => 'held')]);

describe('a web lock', () => {
  it('[P1] is held from the grant to the release, which tells nobody', async () => {
    const { asked, heard, release } = open();
    const end = release();
    const kept = asked[0]?.grant();
    expect([heard, await state(kept)]).toEqual([['granted'], 'held']);
    end();
    end();
    expect(await state(kept)).toBe('released');
    expect(heard).toEqual(['granted']);
  });

  it('[P5] a request that waits is aborted by its release', async () => {
    const { asked, heard, release } = open();
    release()();
    expect(asked[0]?.options.signal?.aborted).toBe(true);
    await turn();
    expect(heard).toEqual([]);
  });

  it('[P1] granted after its release, it is given back at once', async () => {
    const { asked, heard, release } = open();
    const end = release('steal');
    end();
    const kept = asked[0]?.grant();
    expect([heard, await state(kept)]).toEqual([[], 'released']);
  });

  it('[P1] stolen, or taken silently by the platform, it is lost: once', async () => {
    const { asked, heard, release } = open();
    release();
    asked[0]?.grant();
    asked[0]?.reject(new DOMException('stolen', 'AbortError'));
    await turn();
    expect(heard).toEqual(['granted', 'lost']);
  });

  it('[P5] is stolen without a signal, which the platform would refuse', () => {
    const { asked, release } = open();
    release('steal');
    expect(asked[0]?.options).toEqual({ steal: true });
  });

  it('runs what is critical only while nobody holds it', async () => {
    const ran: string[] = [];
    for (const holders of [[], [{ name: 'g', clientId: 'c' }]]) {
      const { asked, lock } = open(holders);
      const free = lock.ifFree('g', async () => void ran.push('critical'));
      asked[0]?.grant();
      expect(await free).toBe(holders.length === 0);
    }
    expect(ran).toEqual(['critical']);
  });

  it('names its holder', async () => {
    const { lock } = open([
      { name: 'other', clientId: 'x' },
      { name: 'g', clientId: 'c' },
    ]);
    expect([await lock.holder('g'), await lock.holder('free')]).toEqual(['c', null]);
  });
});
