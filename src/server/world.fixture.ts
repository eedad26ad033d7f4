/** For tests without sockets: a clock that is turned by hand, peers and a hub in memory. */
import type { Admitted, Refusal } from './admission.ts';
import type { Clock, Hub, Peer, PeerEvents, PlainListener } from './ports.ts';
import type { RealtimeHost } from './realtime.ts';
import type { Loose } from './socket.fixture.ts';

export interface ManualClock extends Clock {
  /** Runs what is due, in order, letting promises go on in between. */
  advance(ms: number): Promise<void>;
  /** Lets everything happen that needs no time. */
  settle(): Promise<void>;
  /** Moves the wall clock alone. */
  step(ms: number): void;
  timers(): number;
}

export function createManualClock(): ManualClock {
  let now = 0;
  let wallAhead = 1_000_000;
  let ids = 0;
  const turns: (() => void)[] = [];
  const timers = new Set<{ at: number; run: () => void }>();

  async function settle(): Promise<void> {
    do {
      for (const turn of turns.splice(0)) turn();
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (turns.length > 0);
  }

  return {
    wall: () => now + wallAhead,
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    soon: (run) => void turns.push(run),
    uniqueId() {
      ids += 1;
      return `id-${ids}`;
    },
    step(ms) {
      wallAhead += ms;
    },
    timers: () => timers.size,
    settle,
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.run();
        await settle();
      }
      now = end;
    },
  };
}

export interface FakePeer extends Peer {
  readonly sent: readonly [string, ...Loose[]][];
  all(name: string): Loose[];
  /** Events and refreshes of a stream as the rule's reader sees them: ids, and reasons in between. */
  story(stream: string): (number | string)[];
  /** What a client sends; fulfilled with the answer. */
  ask(name: string, ...args: unknown[]): Promise<Loose>;
  drop(): void;
  /** The client stops reading, and has read everything. */
  full(): void;
  drained(): void;
  readonly connected: () => boolean;
  on(name: string, listener: PlainListener): void;
}

export interface FakeHub extends Hub {
  readonly broadcasts: readonly [room: string, name: string, ...Loose[]][];
  peer(id: string): FakePeer;
}

export function createFakeHub(): FakeHub {
  const broadcasts: [string, string, ...unknown[]][] = [];
  const peersByRoom = new Map<string, Set<FakePeer>>();

  function peer(id: string): FakePeer {
    const sent: [string, ...unknown[]][] = [];
    const listeners = new Map<string, PlainListener[]>();
    let events: PeerEvents | null = null;
    let connected = true;
    const drop = (): void => {
      if (!connected) return;
      connected = false;
      for (const peers of peersByRoom.values()) peers.delete(self);
      events?.onClose();
    };
    const all = (name: string): Loose[] => sent.filter(([n]) => n === name).map(([, payload]) => payload);
    const self: FakePeer = {
      id,
      sent,
      all,
      story: (stream) =>
        sent
          .map(([name, payload]) => [name, payload as Loose] as const)
          .filter(([, payload]) => payload?.stream === stream)
          .flatMap(([name, p]) => (name === 'events' ? p.events.map((e: Loose) => e.id) : [`${p.reason}@${p.id}`])),
      send: (name, ...args) => void (connected && sent.push([name, ...args])),
      join: (room) => void peersByRoom.set(room, (peersByRoom.get(room) ?? new Set()).add(self)),
      leave: (room) => void peersByRoom.get(room)?.delete(self),
      disconnect: drop,
      drop,
      full: () => events?.onFull(),
      drained: () => events?.onDrained(),
      connected: () => connected,
      listenersOf: (name) => listeners.get(name) ?? [],
      on: (name, listener) => void listeners.set(name, [...(listeners.get(name) ?? []), listener]),
      listen(_packets, peerEvents) {
        events = peerEvents;
      },
      ask: (name, ...args) => new Promise((resolve) => events?.onPacket(name, args, resolve)),
    };
    return self;
  }

  return {
    broadcasts,
    peer,
    broadcast(room, name, ...args) {
      broadcasts.push([room, name, ...args]);
      const members = peersByRoom.get(room) ?? new Set();
      for (const member of members) member.send(name, ...args);
      return members.size;
    },
    probe(room, name, payload) {
      const [member] = peersByRoom.get(room) ?? [];
      member?.send(name, payload);
    },
  };
}

export interface Joined {
  readonly answer: Admitted | Refusal;
  readonly peer: FakePeer;
}

/** A client's whole way in: admitted, then accepted. */
export async function join(
  host: Pick<RealtimeHost<unknown>, 'admit' | 'accept'>,
  hub: FakeHub,
  auth: Record<string, unknown>,
): Promise<Joined> {
  const peer = hub.peer(`socket-${String(auth.tab)}-${String(auth.attempt)}`);
  const answer = await host.admit(auth, peer.id);
  if (answer.ok) host.accept(peer, answer);
  return { answer, peer };
}
