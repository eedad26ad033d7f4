/** Web Locks of one simulated browser. https://w3c.github.io/web-locks/ */
import type { Lock, LockGrant } from '../core/ports.ts';
import type { SimPage } from './page.ts';
import type { Random } from './random.ts';
import type { Tasks } from './tasks.ts';

/** What the engine does with the locks of a page that goes into the back/forward cache. */
export type Engine = 'chromium' | 'webkit';

export interface LockManager {
  portOf(page: SimPage): Lock;
  /** The page is gone: what it holds or waits for is free. */
  release(page: SimPage): void;
  /** WebKit, as the page goes into its cache: its locks are taken silently, its requests fail when it is back. */
  confiscate(page: SimPage): void;
  holderOf(name: string): SimPage | null;
}

interface LockDeps {
  readonly tasks: Tasks;
  readonly random: Random;
  /** Chromium: somebody asks for a lock that a cached page holds, and the page is thrown out. */
  readonly evict: (page: SimPage) => void;
  readonly onSteal: (name: string, by: SimPage, from: SimPage | null) => void;
  readonly trace: (page: SimPage, what: string) => void;
}

interface Request {
  readonly page: SimPage;
  readonly name: string;
  readonly grant: LockGrant;
  state: 'queued' | 'held' | 'ended';
  /** The page's own callback has run. */
  told: boolean;
  /** Stolen between the grant and that callback: both thieves are told that they have it (measured on Chromium). */
  stolen: boolean;
  /** The page wants it no more. */
  cancelled: boolean;
}

export function createLockManager({ tasks, random, evict, onSteal, trace }: LockDeps): LockManager {
  const heldByName = new Map<string, Request>();
  const queueByName = new Map<string, Request[]>();
  const short = (name: string): string => (name.endsWith(':steal') ? 'steal lock' : 'lock');

  function hold(request: Request): void {
    heldByName.set(request.name, request);
    request.state = 'held';
    tasks.add(request.page, 'lock', random.between(0, 5), () => {
      // Given up between the grant and this callback: the grant ends with it.
      if (request.cancelled) return end(request);
      if (request.state !== 'held' && !request.stolen) return;
      request.told = true;
      trace(request.page, `${short(request.name)} granted`);
      request.grant.onGranted();
      if (request.stolen) lose(request);
    });
  }

  function end(request: Request): void {
    if (request.state === 'ended') return;
    request.state = 'ended';
    const queue = queueByName.get(request.name) ?? [];
    if (queue.includes(request))
      queueByName.set(
        request.name,
        queue.filter((other) => other !== request),
      );
    if (heldByName.get(request.name) !== request) return;
    heldByName.delete(request.name);
    pump(request.name);
  }

  function pump(name: string): void {
    if (heldByName.has(name)) return;
    const next = queueByName.get(name)?.shift();
    if (next) hold(next);
  }

  /** Taken away; the page's own promise rejects in a task of its own. */
  function lose(request: Request): void {
    request.state = 'ended';
    tasks.add(request.page, 'lock', random.between(0, 5), () => {
      if (request.cancelled) return;
      request.cancelled = true;
      trace(request.page, `${short(request.name)} lost`);
      request.grant.onLost();
    });
  }

  function ask(page: SimPage, name: string, how: 'queue' | 'steal', grant: LockGrant): Request {
    const holder = heldByName.get(name);
    if (holder?.page.state() === 'cached' && how === 'queue') evict(holder.page);
    const request: Request = { page, name, grant, state: 'queued', told: false, stolen: false, cancelled: false };
    if (how === 'steal') {
      trace(page, `steals the ${short(name)} of ${holder?.page.name ?? 'nobody'}`);
      onSteal(name, page, holder?.page ?? null);
      if (holder?.told) lose(holder);
      else if (holder) {
        holder.state = 'ended';
        holder.stolen = true;
      }
      hold(request);
    } else {
      queueByName.set(name, [...(queueByName.get(name) ?? []), request]);
      pump(name);
    }
    return request;
  }

  function cancel(request: Request): void {
    if (request.cancelled) return;
    request.cancelled = true;
    // What is granted already can't be aborted: its callback has to run first.
    if (request.state === 'queued' || request.told) end(request);
  }

  const requestsOf = (page: SimPage): Request[] =>
    [...heldByName.values(), ...[...queueByName.values()].flat()].filter((request) => request.page === page);

  return {
    portOf: (page) => ({
      exclusive: true,
      request(name, how, grant) {
        const request = ask(page, name, how, grant);
        return () => cancel(request);
      },
      ifFree: (name, critical) =>
        new Promise((resolve, reject) => {
          const free = !heldByName.has(name) && !queueByName.get(name)?.length;
          if (!free) return void tasks.add(page, 'lock', 1, () => resolve(false));
          const request = ask(page, name, 'queue', {
            onGranted() {
              const done = (): void => end(request);
              critical()
                .finally(done)
                .then(() => resolve(true), reject);
            },
            onLost: () => reject(new Error('The lock was taken away')),
          });
        }),
      holder: (name) =>
        new Promise((resolve) => {
          const holder = heldByName.get(name)?.page.name ?? null;
          tasks.add(page, 'lock', random.between(0, 5), () => resolve(holder));
        }),
    }),
    release(page) {
      for (const request of requestsOf(page)) end(request);
    },
    confiscate(page) {
      for (const request of requestsOf(page)) {
        end(request);
        lose(request);
      }
    },
    holderOf: (name) => heldByName.get(name)?.page ?? null,
  };
}
