/**
 * What a transport may cost before anybody on it is known: bytes, packets and seconds.
 * Counts from the opening of the transport, as nothing that a stranger sends may give it more time.
 */
import type { Namespace, Server, Socket } from 'socket.io';
import type { Cancel, Clock } from './ports.ts';

type Transport = Socket['conn'];

export interface StrangerLimits {
  /** Time to be admitted to any namespace. @defaultValue 20_000 */
  readonly timeoutMs?: number;
  /** Packets, transport's own included. @defaultValue 32 */
  readonly maxPackets?: number;
  /** Bytes in all packets, besides Socket.IO's `maxHttpBufferSize` for each. @defaultValue 262_144 */
  readonly maxBytes?: number;
}

interface StrangersOptions {
  readonly clock: Clock;
  readonly limits: StrangerLimits;
  readonly onClosed: () => void;
}

interface Strangers {
  /** Whoever connects to this server from now on; needs the engine that it listens with, else does nothing yet. */
  watch(server: Server): void;
  close(): void;
}

interface Packet {
  readonly data?: unknown;
}

function sizeOf({ data }: Packet): number {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}

export function createStrangers({ clock, limits, onClosed }: StrangersOptions): Strangers {
  const { timeoutMs = 20_000, maxPackets = 32, maxBytes = 262_144 } = limits;
  const letInBy = new Map<Transport, Cancel>();
  const undo: Cancel[] = [];
  let watched = false;

  function onTransport(conn: Transport): void {
    let packets = 0;
    let bytes = 0;
    const end = (): void => {
      stop();
      onClosed();
      conn.close(true);
    };
    const onPacket = (packet: Packet): void => {
      packets += 1;
      bytes += sizeOf(packet);
      if (packets > maxPackets || bytes > maxBytes) end();
    };
    const cancel = clock.after(timeoutMs, end);
    const stop = (): void => {
      cancel();
      conn.off('packet', onPacket);
      conn.off('close', stop);
      letInBy.delete(conn);
    };
    letInBy.set(conn, stop);
    conn.on('packet', onPacket);
    conn.on('close', stop);
  }

  /** Known to any namespace, also to one that is not ours, is no stranger. */
  function listenTo(namespace: Namespace): void {
    const onConnection = (socket: Socket): void => letInBy.get(socket.conn)?.();
    namespace.on('connection', onConnection);
    undo.push(() => namespace.off('connection', onConnection));
  }

  return {
    watch(server) {
      if (watched || !server.engine) return;
      watched = true;
      for (const namespace of server._nsps.values()) listenTo(namespace);
      server.on('new_namespace', listenTo);
      server.engine.on('connection', onTransport);
      undo.push(() => server.off('new_namespace', listenTo));
      undo.push(() => server.engine.off('connection', onTransport));
    },
    close() {
      for (const each of [...undo.splice(0), ...letInBy.values()]) each();
    },
  };
}
