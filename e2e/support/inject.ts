/** Scripts that run in a page before anything else. Each must stand alone: it is sent as source text. */

/** Counts what is alive: timers, window and document listeners, channels, sockets, locks. */
export function countLive() {
  const timers = new Set<unknown>();
  const listeners = new Set<string>();
  const channels = new Set<BroadcastChannel>();
  const sockets = new Set<WebSocket>();
  const requests = new Set<XMLHttpRequest>();
  const realm = window as unknown as Record<string, (...args: unknown[]) => unknown>;

  for (const [start, stop, repeats] of [
    ['setTimeout', 'clearTimeout', false],
    ['setInterval', 'clearInterval', true],
  ] as const) {
    const set = realm[start];
    const clear = realm[stop];
    if (!set || !clear) continue;
    realm[start] = (run: unknown, ...rest: unknown[]) => {
      const id = set.call(
        window,
        (...args: unknown[]) => {
          if (!repeats) timers.delete(id);
          (run as (...args: unknown[]) => unknown)(...args);
        },
        ...rest,
      );
      timers.add(id);
      return id;
    };
    realm[stop] = (id: unknown) => {
      timers.delete(id);
      clear.call(window, id);
    };
  }

  const ids = new WeakMap<object, number>();
  let nextId = 0;
  const idOf = (listener: object) => {
    if (!ids.has(listener)) ids.set(listener, ++nextId);
    return ids.get(listener);
  };
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const keyOf = (target: unknown, type: string, listener: object, options: unknown) => {
    const capture = typeof options === 'object' && options !== null ? 'capture' in options && options.capture : options;
    return `${target === document ? 'document' : 'window'}:${type}:${capture === true}:${idOf(listener)}`;
  };
  const isGlobal = (target: unknown) => target === document || target === window || target === undefined;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (listener && isGlobal(this)) {
      const key = keyOf(this, type, listener, options);
      listeners.add(key);
      const { once, signal } = typeof options === 'object' ? options : {};
      if (once) add.call(this ?? window, type, () => listeners.delete(key), { once: true });
      signal?.addEventListener('abort', () => listeners.delete(key));
    }
    add.call(this ?? window, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    if (listener && isGlobal(this)) listeners.delete(keyOf(this, type, listener, options));
    remove.call(this ?? window, type, listener, options);
  };

  window.BroadcastChannel = class extends BroadcastChannel {
    constructor(name: string) {
      super(name);
      channels.add(this);
    }
    override close() {
      channels.delete(this);
      super.close();
    }
  };
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.add(this);
    }
  };
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    requests.add(this);
    send.call(this, body);
  };

  window.live = async () => {
    const locks = await navigator.locks?.query();
    return {
      timers: timers.size,
      listeners: listeners.size,
      channels: channels.size,
      sockets: [...sockets].filter(({ readyState }) => readyState !== WebSocket.CLOSED).length,
      requests: [...requests].filter(({ readyState }) => readyState > 0 && readyState < 4).length,
      held: locks?.held?.length ?? 0,
      pending: locks?.pending?.length ?? 0,
    };
  };
}

/** While `window.deaf` is true, nothing arrives over any BroadcastChannel; posting goes on. */
export function canBeDeaf() {
  const add = BroadcastChannel.prototype.addEventListener;
  const filtered = (listener: EventListenerOrEventListenerObject) => (event: Event) => {
    if (window.deaf) return;
    if (typeof listener === 'function') listener(event);
    else listener.handleEvent(event);
  };
  BroadcastChannel.prototype.addEventListener = function (
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ) {
    if (listener) add.call(this, type, type === 'message' ? filtered(listener) : listener, options);
  };
  Object.defineProperty(BroadcastChannel.prototype, 'onmessage', {
    configurable: true,
    set(this: BroadcastChannel, listener: ((event: Event) => void) | null) {
      if (listener) add.call(this, 'message', filtered(listener), undefined);
    },
  });
}

export function withoutLocks() {
  Reflect.deleteProperty(Navigator.prototype, 'locks');
}

export function withoutChannel() {
  Reflect.deleteProperty(window, 'BroadcastChannel');
}

/** A private window that refuses storage. */
export function withoutStorage() {
  IDBFactory.prototype.open = () => {
    throw new DOMException('storage is blocked', 'SecurityError');
  };
}

/** Safari's dead storage process: requests never settle. */
export function withHangingStorage() {
  IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest;
}

/** The page never hears that it is frozen, cached or gone. */
export function neverLeaves() {
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (type !== 'pagehide' && type !== 'freeze') add.call(this ?? window, type, listener, options);
  };
}

/** Safari after it lost its database process: from the sixth transaction on every handle is dead. */
export function withDyingStorage() {
  const begin = IDBDatabase.prototype.transaction;
  let begun = 0;
  IDBDatabase.prototype.transaction = function (...args) {
    begun += 1;
    if (begun > 5) throw new DOMException('the connection was lost', 'InvalidStateError');
    return begin.apply(this, args);
  };
}

/** A handle lives for two transactions; a new one works again. */
export function withShortLivedHandles() {
  const begin = IDBDatabase.prototype.transaction;
  const begun = new WeakMap<IDBDatabase, number>();
  IDBDatabase.prototype.transaction = function (...args) {
    begun.set(this, (begun.get(this) ?? 0) + 1);
    if ((begun.get(this) ?? 0) > 2) throw new DOMException('the connection was lost', 'InvalidStateError');
    return begin.apply(this, args);
  };
}

/** Reads go on; nothing can be written. */
export function withFullStorage() {
  IDBObjectStore.prototype.put = () => {
    throw new DOMException('no room', 'QuotaExceededError');
  };
  Storage.prototype.setItem = () => {
    throw new DOMException('no room', 'QuotaExceededError');
  };
}

/** A later minor version: a field more in every message, and a message that this build does not know. */
export function speaksLaterMinor() {
  const post = BroadcastChannel.prototype.postMessage;
  BroadcastChannel.prototype.postMessage = function (message: object) {
    post.call(this, { ...message, type: 'later-minor', later: true });
    post.call(this, { ...message, later: true });
  };
}

/** Every tab's wall clock is off by what `clock` in localStorage says. */
export function withSetClock() {
  const now = Date.now.bind(Date);
  Date.now = () => now() + Number(localStorage.getItem('clock') ?? 0);
}
