/**
 * What waits to be sent on one transport. A client that stops reading must not cost memory without end:
 * beyond a bound its streams wait in the log instead, beyond twice that bound it is cut off, whatever was sent.
 */
import type { Socket } from 'socket.io';

type Transport = Socket['conn'];

interface QueueEvents {
  /** So much waits that no more should be sent; in the midst of a send. */
  onFull(): void;
  /** After `onFull`: all of it went out. */
  onDrained(): void;
  /** Twice the bound waits: the connection is being closed. */
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

/** Lives as long as the connection. */
export function watchQueue(conn: Transport, maxBytes: number, events: QueueEvents): void {
  let queued = 0;
  let inFlight = 0;
  let full = false;

  function checkDrained(): void {
    if (!full || queued > 0) return;
    full = false;
    events.onDrained();
  }

  conn.on('packetCreate', (packet: Packet) => {
    queued += sizeOf(packet);
    const waiting = queued + (conn.transport.writable ? 0 : inFlight);
    if (waiting > 2 * maxBytes && conn.readyState === 'open' && full) {
      events.onCutOff();
      conn.close(true);
    } else if (waiting > maxBytes && !full) {
      full = true;
      events.onFull();
    }
  });
  conn.on('flush', () => {
    inFlight = queued;
    queued = 0;
    if (full) conn.transport.once('drain', checkDrained);
  });
  // What the old transport still had in flight was polled before the upgrade, or never will be.
  conn.on('upgrade', checkDrained);
}
