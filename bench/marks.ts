/** When each connection was accepted, connected and given its first event, seen below Socket.IO. */
import type { Server } from 'socket.io';
import type { ConnectionMarks } from './protocol.ts';

interface RawPacket {
  readonly data?: unknown;
}
interface RawSocket {
  on(name: 'packetCreate', listener: (packet: RawPacket) => void): void;
  off(name: 'packetCreate', listener: (packet: RawPacket) => void): void;
}

/** Grows with each connection. Once a connection had an event its packets are no longer looked at. */
export function watchConnections(io: Server): readonly ConnectionMarks[] {
  const all: ConnectionMarks[] = [];
  io.engine.on('connection', (socket: RawSocket) => {
    const marks: ConnectionMarks = { acceptedAt: Date.now() };
    all.push(marks);
    const onPacket = ({ data }: RawPacket): void => {
      if (typeof data !== 'string') return;
      if (data.startsWith('0')) marks.connectedAt = Date.now();
      if (!data.includes('"pad"')) return;
      marks.firstEventAt = Date.now();
      socket.off('packetCreate', onPacket);
    };
    socket.on('packetCreate', onPacket);
  });
  return all;
}
