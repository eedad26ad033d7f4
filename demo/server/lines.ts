/**
 * The raw connections below Socket.IO: counted, cut and tampered with for the page's buttons.
 * Here and not in the companion, which must not know that somebody plays with its lines.
 */
import type { Server, Socket } from 'socket.io';
import type { ClientEvents, ServerEvents } from '../shared.ts';

type Raw = Socket['conn'];
type Tampering = 'skip' | 'repeat';

/** A frame with events of the stream that everybody watches, as the default parser writes it to the wire. */
function bringsEvents(data: unknown): boolean {
  return typeof data === 'string' && /^2\["events",(?=.*"stream":"all").*"events":\[\{/.test(data);
}

/** A group of tabs: one user in one browser, as the handshake named them and the companion checked. */
export interface Browser {
  readonly userId: string;
  readonly client: string;
}

export interface Lines {
  /** Connections of all browsers, or of one. */
  count(browser?: Browser): number;
  /** Destroys them, without a word to the other end. */
  cut(browser: Browser): void;
  /** Loses or repeats the next packet with events to this browser. */
  tamper(browser: Browser, how: Tampering): void;
}

function belongsTo(socket: Pick<Socket, 'handshake'>, { userId, client }: Browser): boolean {
  const { auth } = socket.handshake;
  // Tabs without a channel call themselves `<client>/<tab>`: still the same browser.
  return auth.user === userId && String(auth.client).split('/', 1)[0] === client.split('/', 1)[0];
}

function destroy(raw: Raw): void {
  const webSocket: unknown = Reflect.get(raw.transport, 'socket');
  const terminate: unknown = typeof webSocket === 'object' && webSocket !== null && Reflect.get(webSocket, 'terminate');
  if (typeof terminate === 'function') terminate.call(webSocket);
  else raw.close(true);
}

export function createLines(io: Server<ClientEvents, ServerEvents>): Lines {
  const socketByRaw = new Map<Raw, Pick<Socket, 'handshake'>>();
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

  io.on('connection', (socket) => {
    const raw = socket.conn;
    socketByRaw.set(raw, socket);
    makeTamperable(raw);
    raw.once('close', () => {
      socketByRaw.delete(raw);
      planByRaw.delete(raw);
    });
  });

  const rawsOf = (browser: Browser) =>
    [...socketByRaw].flatMap(([raw, socket]) => (belongsTo(socket, browser) ? [raw] : []));

  return {
    count: (browser) => (browser ? rawsOf(browser).length : socketByRaw.size),
    cut(browser) {
      for (const raw of rawsOf(browser)) destroy(raw);
    },
    tamper(browser, how) {
      for (const raw of rawsOf(browser)) planByRaw.set(raw, how);
    },
  };
}
