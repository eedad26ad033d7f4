/** A client that speaks the protocol by hand, as PROTOCOL.md has it: for what a page would not do. */
import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';

interface WireEvent {
  readonly type: string;
  readonly payload: unknown;
}
interface Frame {
  readonly events: readonly WireEvent[];
}
interface Welcome {
  readonly time: number;
}
type Outcome =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: { readonly code: string } };

export interface WireClient {
  /** The result; rejects with the code of a refusal. */
  command(name: string, args: unknown): Promise<unknown>;
  /** The events of this type that came, in order. */
  heard(type: string): readonly WireEvent[];
  close(): void;
}

const patienceMs = 10_000;

export async function connect(url: string, token: string): Promise<WireClient> {
  const term = Date.now();
  const auth = { token, onesocket: 1, client: randomUUID(), tab: randomUUID(), term, attempt: 1 };
  const socket = io(url, { auth, transports: ['websocket'], reconnection: false, forceNew: true });
  const events: WireEvent[] = [];
  socket.on('events', (frame: Frame) => events.push(...frame.events));
  socket.on('event', (event: WireEvent) => events.push(event));
  const { time } = await new Promise<Welcome>((resolve, reject) => {
    socket.once('authenticated', resolve);
    socket.once('connect_error', reject);
  });
  const since = performance.now();

  return {
    async command(name, args) {
      const sentAt = Math.round(time + performance.now() - since);
      const request = { id: randomUUID(), name, args: [args], sentAt };
      const outcome: Outcome = await socket.timeout(patienceMs).emitWithAck('command', request);
      if (!outcome.ok) throw new Error(outcome.error.code);
      return outcome.result;
    },
    heard: (type) => events.filter((event) => event.type === type),
    close: () => void socket.close(),
  };
}
