/**
 * What waits to be sent on one transport. A client that stops reading must not cost memory without end:
 * beyond a bound its streams wait in the log instead; when as much again comes on top, whoever sent it, it is cut off.
 */
import type { Socket } from 'socket.io';
import type { Cancel } from './ports.ts';

type Transport = Socket['conn'];

interface QueueEvents {
  /** So much waits that no more should be sent; in the midst of a send. */
  onFull(): void;
  /** After `onFull`: all of it went out. */
  onDrained(): void;
  /** So much again was sent all the same: the connection is being closed. */
  onCutOff(): void;
}

interface Packet {
  readonly data?: unknown;
}

/** Of a packet's own objects, which are what many small ones cost. */
const overhead = 100;

function sizeOf({ data }: Packet): number {
  if (typeof data === 'string') return data.length + overhead;
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength + overhead : overhead;
}

/** Until the call is undone, or the connection ends. */
export function watchQueue(conn: Transport, maxBytes: number, events: QueueEvents): Cancel {
  let queued = 0;
  let inFlight = 0;
  /** What waited when it became too much: one packet alone may be larger than the bound. `null`: not too much. */
  let fullAt: number | null = null;

  function checkDrained(): void {
    if (fullAt === null || queued > 0) return;
    fullAt = null;
    events.onDrained();
  }

  function onPacket(packet: Packet): void {
    queued += sizeOf(packet);
    const waiting = queued + (conn.transport.writable ? 0 : inFlight);
    if (fullAt === null && waiting > maxBytes) {
      fullAt = waiting;
      events.onFull();
    } else if (fullAt !== null && waiting > fullAt + maxBytes && conn.readyState === 'open') {
      events.onCutOff();
      conn.close(true);
    }
  }

  function onFlush(): void {
    inFlight = queued;
    queued = 0;
    if (fullAt !== null) conn.transport.once('drain', checkDrained);
  }

  conn.on('packetCreate', onPacket);
  conn.on('flush', onFlush);
  // What the old transport still had in flight was polled before the upgrade, or never will be.
  conn.on('upgrade', checkDrained);
  return () => {
    fullAt = null;
    conn.off('packetCreate', onPacket);
    conn.off('flush', onFlush);
    conn.off('upgrade', checkDrained);
  };
}
