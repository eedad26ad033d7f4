/** Socket.IO as the ports of the companion. With `clock.ts` the only place here that touches the platform. */
import type { Namespace, Server, Socket } from 'socket.io';
import type { Hub, Peer, PeerEvents, PlainListener } from './ports.ts';
import { watchQueue } from './queue.ts';

/** A server stands for its main namespace. */
export function toNamespace(io: Server | Namespace): Namespace {
  return 'of' in io ? io.of('/') : io;
}

/** `local`: other nodes send to their own peers, whatever adapter the app runs. */
export function createHub(namespace: Namespace): Hub {
  return {
    broadcast(room, name, ...args) {
      // Socket.IO encodes before it looks whether anybody is there.
      const receivers = namespace.adapter.rooms.get(room)?.size ?? 0;
      if (receivers > 0) namespace.local.to(room).emit(name, ...args);
      return receivers;
    },
    probe(room, name, payload, withinMs, onAnswer) {
      const ids = [...(namespace.adapter.rooms.get(room) ?? [])];
      const socket = namespace.sockets.get(ids[Math.floor(Math.random() * ids.length)] ?? '');
      socket?.timeout(withinMs).emit(name, payload, (error: Error | null) => error ?? onAnswer());
    },
  };
}

export function createPeer(socket: Socket, maxQueuedBytes: number): Peer {
  return {
    id: socket.id,
    send(name, ...args) {
      if (socket.connected) socket.emit(name, ...args);
    },
    join: (room) => void socket.join(room),
    leave: (room) => void socket.leave(room),
    disconnect() {
      if (socket.connected) socket.disconnect();
      closeIfUnused(socket);
    },
    listenersOf: (name) => socket.listeners(name) as readonly PlainListener[],
    listen(packets, events) {
      for (const name of packets) socket.on(name, (...args: unknown[]) => receive(events, name, args));
      const unwatch = watchQueue(socket.conn, maxQueuedBytes, events);
      socket.on('disconnect', () => {
        unwatch();
        events.onClose();
      });
    },
  };
}

function receive(events: PeerEvents, name: string, args: readonly unknown[]): void {
  const last = args.at(-1);
  if (typeof last === 'function') events.onPacket(name, args.slice(0, -1), (value) => last(value));
  else events.onPacket(name, args, () => {});
}

/**
 * A frozen page never answers the request to close: where no other namespace uses the transport, we end it.
 * Socket.IO keeps that count to itself; where it can't be read, the ping timeout does the same later.
 */
function closeIfUnused(socket: Socket): void {
  const others: unknown = Reflect.get(socket.client, 'sockets');
  if (others instanceof Map && others.size === 0) socket.conn.close();
}
