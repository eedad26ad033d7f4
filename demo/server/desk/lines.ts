/**
 * The raw connections below Socket.IO: counted, cut and tampered with for the page's buttons.
 * Here and not in the companion, which must not know that somebody plays with its lines.
 */
import type { Socket } from 'socket.io';
import type { App } from '../app.ts';
import { toBrowser } from '../browser.ts';

type Raw = Socket['conn'];
type Tampering = 'skip' | 'repeat';

/** A frame with events of the stream that everybody watches, as the default parser writes it to the wire. */
function bringsEvents(data: unknown): boolean {
  return typeof data === 'string' && /^2\["events",(?=.*"stream":"all").*"events":\[\{/.test(data);
}

export interface Lines {
  /** Connections by `toBrowser`. */
  counts(): Readonly<Record<string, number>>;
  /** Destroys it, without a word to the other end. */
  cut(socketId: string): void;
  /** Loses or repeats the next packet with events on it. */
  tamper(socketId: string, how: Tampering): void;
}

function destroy(raw: Raw): void {
  const webSocket: unknown = Reflect.get(raw.transport, 'socket');
  const terminate: unknown = typeof webSocket === 'object' && webSocket !== null && Reflect.get(webSocket, 'terminate');
  if (typeof terminate === 'function') terminate.call(webSocket);
  else raw.close(true);
}

export function createLines(io: App['io'], onChange: () => void): Lines {
  const browserByRaw = new Map<Raw, string>();
  const planByRaw = new Map<Raw, Tampering>();

  /** On the wire itself: whichever way the companion sends, the packet passes here. */
  function makeTamperable(raw: Raw): void {
    const write = raw.write.bind(raw);
    raw.write = (data, ...rest) => {
      const plan = planByRaw.get(raw);
      if (!plan || !bringsEvents(data)) return write(data, ...rest);
      planByRaw.delete(raw);
      if (plan === 'skip') return raw;
      write(data, ...rest);
      return write(data, ...rest);
    };
  }

  io.on('connection', ({ conn: raw, handshake: { auth } }) => {
    browserByRaw.set(raw, toBrowser(String(auth.user), String(auth.client)));
    makeTamperable(raw);
    onChange();
    raw.once('close', () => {
      browserByRaw.delete(raw);
      planByRaw.delete(raw);
      onChange();
    });
  });

  const rawOf = (socketId: string) => io.sockets.sockets.get(socketId)?.conn;

  return {
    counts() {
      const counts: Record<string, number> = {};
      for (const browser of browserByRaw.values()) counts[browser] = (counts[browser] ?? 0) + 1;
      return counts;
    },
    cut(socketId) {
      const raw = rawOf(socketId);
      if (raw) destroy(raw);
    },
    tamper(socketId, how) {
      const raw = rawOf(socketId);
      if (raw) planByRaw.set(raw, how);
    },
  };
}
