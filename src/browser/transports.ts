/** Which namespaces of a page share one transport, and how long it lives. */
import { Manager, type ManagerOptions, type Socket } from 'socket.io-client';

interface Transport {
  readonly manager: Manager;
  /** Those that use it now. */
  readonly namespaces: Set<string>;
  maxBytes: number;
}

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

  function find({ origin, href }: URL, namespace: string, options: Options): Transport {
    const key = JSON.stringify([origin, options.path, options.user]);
    const found = transports.get(key);
    // As in socket.io-client: two sockets of one namespace can't share.
    if (found && !found.namespaces.has(namespace)) return found;
    const managerOptions: Partial<ManagerOptions> = {
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      ...options,
      reconnection: false,
      autoConnect: false,
    };
    const manager = new Manager(href, managerOptions);
    const made: Transport = { manager, namespaces: new Set(), maxBytes: Number.POSITIVE_INFINITY };
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
    const target = new URL(url);
    const namespace = target.pathname;
    const transport = find(target, namespace, options);
    const { manager, namespaces } = transport;
    namespaces.add(namespace);
    const socket = manager.socket(namespace, { auth: { ...auth }, retries: 0 });
    return {
      socket,
      connect() {
        const isFirst = namespaces.size === 1;
        socket.connect();
        if (!isFirst) return;
        manager.engine.on('handshake', ({ maxPayload }) => {
          transport.maxBytes = maxPayload ?? transport.maxBytes;
        });
      },
      maxBytes: () => transport.maxBytes,
      end(dead) {
        namespaces.delete(namespace);
        socket.disconnect();
        // The next one of this namespace starts with nothing of this one.
        delete (manager as unknown as { readonly nsps: Record<string, unknown> }).nsps[namespace];
        // Also an engine that is still opening, or that waits for a drain that a dead network never brings.
        if (dead || namespaces.size === 0) manager.engine?.transport?.close();
      },
    };
  };
}
