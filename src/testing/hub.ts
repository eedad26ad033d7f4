/** The server's end of the connections of one process: the companion's ports `Peer` and `Hub`. */
import { toFields } from '../protocol/parse.ts';
import type { Hub, Peer, PeerEvents, PlainListener } from '../server/ports.ts';
import type { Claim } from '../server/registry.ts';
import { clone } from './clone.ts';
import type { Wire } from './network.ts';
import type { Owner, Tasks } from './tasks.ts';

/** The client's end of a connection; each call is a packet on its way. */
export interface ClientSide {
  readonly page: string;
  readonly wire: Wire;
  readonly auth: unknown;
  readonly opened: (socketId: string) => void;
  readonly refused: (refusal: { readonly code: string; readonly message: string }) => void;
  readonly packet: (name: string, args: readonly unknown[]) => void;
  readonly answer: (id: number, value: unknown) => void;
  readonly ping: (pong: () => void) => void;
  readonly disconnected: () => void;
}

/** One accepted connection, as the server knows it. */
interface Accepted {
  readonly id: string;
  readonly page: string;
  readonly claim: Claim;
}

export interface SimHub extends Hub {
  /** A transport of this process, accepted or not: it breaks with the process. */
  attach(wire: Wire): void;
  accept(id: string, client: ClientSide, claim: Claim): Peer;
  receive(client: ClientSide, name: string, args: readonly unknown[], answer: (value: unknown) => void): void;
  accepted(): readonly Accepted[];
  breakAll(): void;
  /** What happens to the next frame with events to anybody: it is lost on the way, sent twice, or after the next packet. */
  spoilNext(how: Spoil): void;
  /** Nothing more is spoiled, and what waited for a later packet is sent. */
  heal(): void;
  /** Sends something that no companion would. */
  forge(name: string, args: readonly unknown[]): void;
}

type Spoil = 'skip' | 'repeat' | 'swap';

interface HubDeps {
  readonly tasks: Tasks;
  readonly owner: Owner;
  /** The app's own listeners, as on any Socket.IO server. */
  readonly listeners: ReadonlyMap<string, PlainListener>;
  readonly trace: (what: string) => void;
}

interface Member extends Accepted {
  readonly client: ClientSide;
  readonly peer: Peer;
  /** What the companion takes from the wire. */
  packets: readonly string[];
  events: PeerEvents | null;
  /** Sent after the next packet. */
  late: (() => void) | null;
  connected: boolean;
}

/** Engine.IO's defaults. */
const pingIntervalMs = 25_000;
const pingTimeoutMs = 20_000;

export function createSimHub({ tasks, owner, listeners, trace }: HubDeps): SimHub {
  const memberByClient = new Map<ClientSide, Member>();
  const membersByRoom = new Map<string, Set<Member>>();
  const wires = new Set<Wire>();
  let spoil: Spoil | null = null;

  function send(member: Member, name: string, args: readonly unknown[]): void {
    if (!member.connected) return;
    const copy = clone(args) as unknown[];
    const { late } = member;
    member.late = null;
    const events = toFields(copy[0])?.events;
    if (spoil && name === 'events' && Array.isArray(events) && events.length > 0) {
      trace(`server: ${spoil}s a frame for ${member.page}`);
      const how = spoil;
      spoil = null;
      if (how === 'repeat') member.client.packet(name, copy);
      if (how === 'swap') member.late = () => member.client.packet(name, copy);
      if (how !== 'repeat') return late?.();
    }
    member.client.packet(name, copy);
    late?.();
  }

  function forget(member: Member): void {
    if (!member.connected) return;
    member.connected = false;
    memberByClient.delete(member.client);
    for (const members of membersByRoom.values()) members.delete(member);
    trace(`server: ${member.id} of ${member.page} ends`);
    member.events?.onClose();
  }

  function keepAlive(member: Member): void {
    tasks.add(owner, 'timer', pingIntervalMs, () => {
      if (!member.connected) return;
      let answered = false;
      member.client.ping(() => {
        answered = true;
      });
      tasks.add(owner, 'timer', pingTimeoutMs, () => {
        if (answered || !member.connected) return;
        trace(`server: no pong of ${member.page}`);
        member.client.wire.breakNow();
        forget(member);
      });
      keepAlive(member);
    });
  }

  return {
    attach(wire) {
      wires.add(wire);
    },
    accept(id, client, claim) {
      const peer: Peer = {
        id,
        send: (name, ...args) => send(member, name, args),
        join: (room) => void membersByRoom.set(room, (membersByRoom.get(room) ?? new Set()).add(member)),
        leave: (room) => void membersByRoom.get(room)?.delete(member),
        disconnect() {
          if (!member.connected) return;
          client.disconnected();
          forget(member);
        },
        listenersOf: (name) => [...listeners].filter(([own]) => own === name).map(([, listener]) => listener),
        listen(packets, events) {
          member.packets = packets;
          member.events = events;
        },
      };
      const { page } = client;
      const member: Member = { id, page, claim, client, peer, packets: [], events: null, late: null, connected: true };
      memberByClient.set(client, member);
      client.wire.onBreak(owner, () => forget(member));
      trace(`server: accepts ${id} of ${client.page}, ${claim.userId}, client ${claim.client}, term ${claim.term}`);
      keepAlive(member);
      return peer;
    },
    receive(client, name, args, answer) {
      const member = memberByClient.get(client);
      if (member?.packets.includes(name)) member.events?.onPacket(name, args, answer);
      else if (member) listeners.get(name)?.(...args, answer);
    },
    broadcast(room, name, ...args) {
      const members = membersByRoom.get(room) ?? new Set();
      for (const member of members) send(member, name, args);
      return members.size;
    },
    probe(room, name, payload) {
      const [member] = membersByRoom.get(room) ?? [];
      // Nobody measures here; to the client it is a position like any other.
      if (member) send(member, name, [payload]);
    },
    accepted: () => [...memberByClient.values()],
    breakAll() {
      for (const wire of wires) wire.breakNow();
    },
    spoilNext(how) {
      spoil = how;
    },
    heal() {
      spoil = null;
      for (const member of memberByClient.values()) {
        member.late?.();
        member.late = null;
      }
    },
    forge(name, args) {
      for (const member of memberByClient.values()) member.client.packet(name, clone(args) as unknown[]);
    },
  };
}
