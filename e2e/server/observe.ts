/** Counts on the server's end, below our own code: what really came and went over the connections. */
import type { Server, Socket } from 'socket.io';
import type { Session } from './types.ts';

type RawConnection = Socket['conn'];

export interface Observed {
  readonly sessions: Session[];
  readonly received: Record<string, number>;
  raw: { ever: number; now: number; readonly live: Set<RawConnection> };
  tampered: number;
  /** Loses or repeats the next packet with an event of this type. */
  tamper(type: string, how: 'skip' | 'repeat'): void;
  /** Forgets what was to be lost or repeated and has not been yet. */
  heal(): void;
}

/** Name of the event in a Socket.IO packet as the default parser writes it. */
function packetName(data: unknown): string | undefined {
  return typeof data === 'string' ? /^2(?:\/[^,]*,)?\d*\["([^"]+)"/.exec(data)?.[1] : undefined;
}

/** Comparable between processes, and steady in each. */
const now = () => performance.timeOrigin + performance.now();

export function observe(io: Server): Observed {
  const plans: { readonly type: string; readonly how: 'skip' | 'repeat' }[] = [];
  const observed: Observed = {
    sessions: [],
    received: {},
    raw: { ever: 0, now: 0, live: new Set() },
    tampered: 0,
    tamper: (type, how) => plans.push({ type, how }),
    heal: () => plans.splice(0),
  };

  io.engine.on('connection', (raw: RawConnection) => {
    observed.raw.ever += 1;
    observed.raw.now += 1;
    observed.raw.live.add(raw);
    raw.on('close', () => {
      observed.raw.now -= 1;
      observed.raw.live.delete(raw);
    });
    raw.on('packet', (packet: { data?: unknown }) => {
      const name = packetName(packet.data);
      if (name) observed.received[name] = (observed.received[name] ?? 0) + 1;
    });
    // On the wire itself: whichever way the server under test sends, the packet passes here.
    const write = raw.write.bind(raw);
    raw.write = (data, ...rest) => {
      const plan = plans[0];
      if (!plan || typeof data !== 'string' || !data.includes(`"${plan.type}"`)) return write(data, ...rest);
      plans.shift();
      observed.tampered += 1;
      if (plan.how === 'skip') return raw;
      write(data);
      return write(data, ...rest);
    };
  });

  io.on('connection', (socket) => {
    const session: Session = { id: socket.id, auth: socket.handshake.auth, openedAt: now() };
    observed.sessions.push(session);
    socket.on('disconnect', (reason) => {
      session.closedAt = now();
      session.reason = reason;
    });
  });
  return observed;
}
