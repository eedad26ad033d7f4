/** Which namespaces of a page share one transport, and how long it lives. */
import { Manager, type ManagerOptions, type Socket } from 'socket.io-client';

interface Transport {
  readonly manager: Manager;
  /** Those that the server may have on it: a second CONNECT of one it takes for a breach, and ends the transport. */
  readonly namespaces: Set<string>;
  /** Left a moment ago: for the same reason the next CONNECT must not reach the server together with the DISCONNECT. */
  readonly resting: Set<string>;
  uses: number;
  /** Ids of acknowledgements go on: what a former socket of the namespace asked for may be answered yet. */
  ids: number;
  maxBytes: number;
}

const restMs = 100;

interface Use {
  readonly socket: Socket;
  readonly connect: () => void;
  /** Longer packets the server answers by ending the connection; it says so when the transport opens. */
  readonly maxBytes: () => number;
  /** Ends this use, and with the last one, or if it is `dead`, the transport. Synchronous. */
  readonly end: (dead: boolean) => void;
}

type Options = Readonly<Record<string, unknown>>;

export function createTransports(): (url: string, options: Options, auth: Options) => Use {
  const transports = new Map<string, Transport>();

  function make(key: string, href: string, options: Options): Transport {
    const managerOptions: Partial<ManagerOptions> = {
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      ...options,
      reconnection: false,
      autoConnect: false,
    };
    const manager = new Manager(href, managerOptions);
    const bare = { namespaces: new Set<string>(), resting: new Set<string>(), uses: 0, ids: 0 };
    const made: Transport = { ...bare, manager, maxBytes: Number.POSITIVE_INFINITY };
    const forget = (): void => {
      if (transports.get(key) === made) transports.delete(key);
    };
    // It is opened once: whoever comes after its end gets another.
    manager.on('close', forget);
    manager.on('error', forget);
    transports.set(key, made);
    return made;
  }

  return (url, options, auth) => {
    const { origin, search, href, pathname: namespace } = new URL(url);
    const path = typeof options.path === 'string' ? options.path.replace(/\/$/, '') : '/socket.io';
    const key = JSON.stringify([origin, search, path, options.user]);
    const found = transports.get(key);
    // As in socket.io-client: two sockets of one namespace can't share.
    const transport = found && !found.namespaces.has(namespace) ? found : make(key, href, options);
    const { manager, namespaces, resting } = transport;
    namespaces.add(namespace);
    transport.uses += 1;
    const socket = manager.socket(namespace, { auth: { ...auth }, retries: 0 });
    const counter = socket as unknown as { ids: number };
    let ended = false;

    function open(): void {
      if (ended) return;
      // Ended while this one waited: it opens it again.
      if (!transports.has(key)) transports.set(key, transport);
      const before = manager.engine;
      counter.ids = transport.ids;
      socket.connect();
      if (manager.engine === before) return;
      manager.engine.on('handshake', ({ maxPayload }) => {
        transport.maxBytes = maxPayload ?? transport.maxBytes;
      });
    }

    function leave(): void {
      transport.ids = Math.max(transport.ids, counter.ids);
      namespaces.delete(namespace);
      resting.add(namespace);
      setTimeout(() => resting.delete(namespace), restMs);
      socket.disconnect();
    }

    return {
      socket,
      connect() {
        if (resting.has(namespace)) setTimeout(open, restMs);
        else open();
      },
      maxBytes: () => transport.maxBytes,
      end(dead) {
        ended = true;
        transport.uses -= 1;
        // The next one of this namespace starts with nothing of this one.
        delete (manager as unknown as { readonly nsps: Record<string, unknown> }).nsps[namespace];
        const isLast = dead || transport.uses === 0;
        const isAsking = socket.active && !socket.connected && manager._readyState === 'open';
        if (isAsking && !isLast) {
          // Until the server answers, the next one of this namespace goes another way.
          socket.once('connect', leave);
          socket.once('connect_error', leave);
        } else leave();
        // Also an engine that is still opening, or that waits for a drain that a dead network never brings.
        if (isLast) manager.engine?.transport?.close();
      },
    };
  };
}
