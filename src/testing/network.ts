/** The way between one simulated browser and the server: in order, both ways, until it is cut. */
import type { Random } from './random.ts';
import type { Owner, TaskKind, Tasks } from './tasks.ts';

export interface Network {
  /** Opens a connection's two directions. */
  open(): Wire;
  /** Nothing goes through and nobody is told, until `heal`. */
  stall(): void;
  /** All connections end, both ends are told; the next ones are as `refuse` says. */
  cut(): void;
  /** All connections end, and only the server is told: the client's ends are half-open. */
  halfOpen(): void;
  /** New connections fail. */
  refuse(refused: boolean): void;
  heal(): void;
  setLatency(ms: number): void;
  stalled(): boolean;
  /** When it was last stalled or slow. */
  slowAt(): number;
  refusing(): boolean;
}

export interface Wire {
  /** Runs `deliver` as a task of `to`, after all that was sent that way before. Lost when the wire breaks. */
  send(way: 'up' | 'down', to: Owner, deliver: () => void): void;
  /** Ends the connection abruptly: each listener is told by a task of its own; of a half-open one only the server's. */
  breakNow(half?: boolean): void;
  onBreak(to: Owner, told: () => void): void;
  broken(): boolean;
}

interface Parcel {
  readonly way: 'up' | 'down';
  readonly to: Owner;
  readonly deliver: () => void;
}

const usualMs = 10;

export function createNetwork(tasks: Tasks, random: Random): Network {
  const wires = new Set<SimWire>();
  let stalled = false;
  let refused = false;
  let latencyMs = usualMs;
  let lastSlowAt = Number.NEGATIVE_INFINITY;

  const slowAt = (): number => (stalled || latencyMs > usualMs ? tasks.now() : lastSlowAt);

  interface SimWire extends Wire {
    flush(): void;
  }

  function createWire(): SimWire {
    const last = { up: 0, down: 0 };
    const listeners: { readonly to: Owner; readonly told: () => void }[] = [];
    let backlog: Parcel[] = [];
    let broken = false;
    const kindOf = (way: 'up' | 'down'): TaskKind => (way === 'up' ? 'server' : 'link');

    function forward({ way, to, deliver }: Parcel): void {
      last[way] = Math.max(last[way], tasks.now() + latencyMs * (0.5 + random.next()));
      tasks.add(to, kindOf(way), last[way] - tasks.now(), () => {
        if (!broken) deliver();
      });
    }

    const self: SimWire = {
      broken: () => broken,
      send(way, to, deliver) {
        if (broken) return;
        if (stalled) backlog.push({ way, to, deliver });
        else forward({ way, to, deliver });
      },
      flush() {
        const waiting = backlog;
        backlog = [];
        for (const parcel of waiting) forward(parcel);
      },
      breakNow(half = false) {
        if (broken) return;
        broken = true;
        backlog = [];
        wires.delete(self);
        for (const { to, told } of listeners) {
          const isServer = to.name === 'server';
          if (isServer || !half) tasks.add(to, isServer ? 'server' : 'link', random.between(0, 20), told);
        }
      },
      onBreak: (to, told) => void listeners.push({ to, told }),
    };
    return self;
  }

  return {
    open() {
      const wire = createWire();
      wires.add(wire);
      return wire;
    },
    stall() {
      stalled = true;
    },
    cut() {
      for (const wire of [...wires]) wire.breakNow();
    },
    halfOpen() {
      for (const wire of [...wires]) wire.breakNow(true);
    },
    refuse(next) {
      refused = next;
    },
    heal() {
      lastSlowAt = slowAt();
      stalled = false;
      refused = false;
      latencyMs = usualMs;
      for (const wire of wires) wire.flush();
    },
    setLatency(ms) {
      lastSlowAt = slowAt();
      latencyMs = ms;
    },
    stalled: () => stalled,
    slowAt,
    refusing: () => refused,
  };
}
