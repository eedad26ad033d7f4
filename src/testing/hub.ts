/** The server's end of the connections of one process: the companion's ports `Peer` and `Hub`. */
import { toFields } from '../protocol/parse.ts';
import type { Hub, Peer, PeerEvents } from '../server/ports.ts';
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
  /** What happens to the next frame with events to anybody: it is lost on the way, or sent twice. */
  spoilNext(how: 'skip' | 'repeat'): void;
}

interface HubDeps {
  readonly tasks: Tasks;
  readonly owner: Owner;
  readonly trace: (what: string) => void;
}

interface Member extends Accepted {
  readonly client: ClientSide;
  readonly peer: Peer;
  events: PeerEvents | null;
  connected: boolean;
}

/** Engine.IO's defaults. */
const pingIntervalMs = 25_000;
const pingTimeoutMs = 20_000;

export function createSimHub({ tasks, owner, trace }: HubDeps): SimHub {
  const memberByClient = new Map<ClientSide, Member>();
  const membersByRoom = new Map<string, Set<Member>>();
  const wires = new Set<Wire>();
  let spoil: 'skip' | 'repeat' | null = null;

  function send(member: Member, name: string, args: readonly unknown[]): void {
    if (!member.connected) return;
    const copy = clone(args) as unknown[];
    const events = toFields(copy[0])?.events;
    if (spoil && name === 'events' && Array.isArray(events) && events.length > 0) {
      trace(`server: ${spoil}s a frame for ${member.page}`);
      const how = spoil;
      spoil = null;
      if (how === 'skip') return;
      member.client.packet(name, copy);
    }
    member.client.packet(name, copy);
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
        listenersOf: () => [],
        listen(_packets, events) {
          member.events = events;
        },
      };
      const member: Member = { id, page: client.page, claim, client, peer, events: null, connected: true };
      memberByClient.set(client, member);
      client.wire.onBreak(owner, () => forget(member));
      trace(`server: accepts ${id} of ${client.page}, ${claim.userId}, client ${claim.client}, term ${claim.term}`);
      keepAlive(member);
      return peer;
    },
    receive: (client, name, args, answer) => memberByClient.get(client)?.events?.onPacket(name, args, answer),
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
  };
}
