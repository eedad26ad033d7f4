/** The ports of one page, made by hand: what they are told is kept, what they do is told to them. */
import type { Bus, LinkEvents, OpenBus, OpenLink, Page, PageFact, Store } from '../core/ports.ts';

export interface FakeLink {
  readonly auth: Readonly<Record<string, unknown>>;
  readonly events: LinkEvents;
  readonly sent: { readonly name: string; readonly args: readonly unknown[] }[];
  readonly requests: {
    readonly name: string;
    readonly args: readonly unknown[];
    readonly answer: (...answer: unknown[]) => void;
  }[];
  closed: boolean;
  /** Closed as one that takes its transport with it. */
  dead: boolean;
  /** What `fits` says; `null`: it throws. */
  fits: boolean | null;
}

export interface FakeLinks {
  readonly openLink: OpenLink;
  readonly all: FakeLink[];
  /** The newest. */
  last(): FakeLink;
}

export function createLinks(): FakeLinks {
  const all: FakeLink[] = [];
  return {
    all,
    last() {
      const link = all.at(-1);
      if (!link) throw new Error('no link was opened');
      return link;
    },
    openLink(auth, events) {
      const link: FakeLink = { auth, events, sent: [], requests: [], closed: false, dead: false, fits: true };
      all.push(link);
      return {
        fits() {
          if (link.fits === null) throw new TypeError('cyclic');
          return link.fits;
        },
        send: (name, args) => void link.sent.push({ name, args }),
        request: (name, args, answer) => void link.requests.push({ name, args, answer }),
        close(dead = false) {
          link.closed = true;
          link.dead = dead;
        },
      };
    },
  };
}

/** A store whose transactions wait as long as it is told to; `kept` is the database, `now` localStorage. */
export interface FakeStore extends Store {
  readonly kept: Map<string, unknown>;
  readonly now: Map<string, string>;
  mode: 'works' | 'hangs' | 'fails';
  /** Runs in the middle of an update, before its change. */
  before: () => void;
  /** What another tab does to localStorage; those who watch the key hear of it. */
  changeElsewhere(key: string, value: string | null): void;
  readonly watched: Set<string>;
}

export function createStore(): FakeStore {
  const act = <T>(work: () => T): Promise<T> => {
    if (store.mode === 'hangs') return new Promise(() => {});
    return store.mode === 'fails' ? Promise.reject(new Error('store')) : Promise.resolve().then(work);
  };
  const watchers = new Set<{ readonly key: string; readonly onChange: () => void }>();
  const store: FakeStore = {
    get watched() {
      return new Set([...watchers].map(({ key }) => key));
    },
    kept: new Map(),
    now: new Map(),
    mode: 'works',
    before: () => {},
    get: (key) => act(() => store.kept.get(key)),
    update: (key, change) =>
      act(() => {
        store.before();
        store.kept.set(key, change(store.kept.get(key)));
      }),
    remove: (key) => act(() => void store.kept.delete(key)),
    wipe(prefix) {
      for (const key of [...store.now.keys()]) if (key.startsWith(prefix)) store.now.delete(key);
      return act(() => {
        for (const key of [...store.kept.keys()]) if (key.startsWith(prefix)) store.kept.delete(key);
      });
    },
    readNow: (key) => store.now.get(key) ?? null,
    writeNow(key, value) {
      if (value === null) store.now.delete(key);
      else store.now.set(key, value);
    },
    watchNow(key, onChange) {
      const watcher = { key, onChange };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    changeElsewhere(key, value) {
      store.writeNow(key, value);
      for (const watcher of [...watchers]) if (watcher.key === key) watcher.onChange();
    },
  };
  return store;
}

export interface FakePage extends Page {
  watchers(): number;
  tell(fact: PageFact): void;
}

export function createPage(): FakePage {
  const listeners = new Set<(fact: PageFact) => void>();
  let visible = true;
  return {
    visible: () => visible,
    active: () => true,
    watchers: () => listeners.size,
    watch(onFact) {
      listeners.add(onFact);
      return () => listeners.delete(onFact);
    },
    tell(fact) {
      if (fact === 'visible' || fact === 'hidden') visible = fact === 'visible';
      for (const listener of [...listeners]) listener(fact);
    },
  };
}

/** Channels by name, as BroadcastChannel has them: cloned, in a task of its own, never to the sender. */
export function createHub(soon: (run: () => void) => void): { readonly openBus: OpenBus; readonly posts: unknown[] } {
  const posts: unknown[] = [];
  const buses = new Set<{ readonly name: string; readonly hear: (message: unknown) => void; readonly bus: Bus }>();
  return {
    posts,
    openBus(name, hear) {
      const bus: Bus = {
        post(message) {
          const clone: unknown = structuredClone(message);
          posts.push(clone);
          for (const other of [...buses]) {
            if (other.name !== name || other.bus === bus) continue;
            soon(() => {
              if (buses.has(other)) other.hear(clone);
            });
          }
        },
        close() {
          buses.delete(entry);
        },
      };
      const entry = { name, hear, bus };
      buses.add(entry);
      return bus;
    },
  };
}
