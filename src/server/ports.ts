/**
 * What the companion needs of the world around it. Socket.IO and the simulator implement these;
 * nothing else in this folder knows which of them it runs on.
 */

export type Cancel = () => void;

/** Time, chance and the turn of the event loop. */
export interface Clock {
  /** Wall clock, milliseconds since 1970. May jump. */
  wall(): number;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  after(delayMs: number, run: () => void): Cancel;
  /** Runs once the present turn of the event loop is over, without a timer's delay. */
  soon(run: () => void): void;
  /** A random id that nobody else has. */
  uniqueId(): string;
}

/** One client's connection, as the server sees it. */
export interface Peer {
  readonly id: string;
  /** Through the connection's own queue: what is sent first arrives first. */
  send(name: string, ...args: readonly unknown[]): void;
  /** Takes effect at once: the next broadcast to the room reaches the peer. */
  join(room: string): void;
  leave(room: string): void;
  /** Ends the connection after what was sent; `onClose` follows. */
  disconnect(): void;
  /** The app's own listeners for an event name; empty when it has none. */
  listenersOf(name: string): readonly PlainListener[];
  /** Called once, when the peer is accepted. `packets` names what the companion takes from the wire. */
  listen(packets: readonly string[], events: PeerEvents): void;
}

export interface PeerEvents {
  /** `answer` does nothing when the client asked for no acknowledgement. */
  onPacket(name: string, args: readonly unknown[], answer: (value: unknown) => void): void;
  /** More waits to be sent than should, as the client does not read. May come in the midst of a `send`. */
  onFull(): void;
  /** All that waited is sent. */
  onDrained(): void;
  /** More than can be borne waits, whoever sent it: the connection is being closed. */
  onCutOff(): void;
  onClose(): void;
}

/** A Socket.IO listener: the event's arguments, then perhaps an acknowledgement. */
export type PlainListener = (...args: unknown[]) => unknown;

export interface Hub {
  /** To all local peers of a room at once, encoded once. Returns how many they are. */
  broadcast(room: string, name: string, ...args: readonly unknown[]): number;
  /** To one local peer of a room, any one; `onAnswer` runs if it acknowledges in time. */
  probe(room: string, name: string, payload: unknown, withinMs: number, onAnswer: () => void): void;
}

/** Where the companion reports what nobody else can be told. Silent by default. */
export interface Logger {
  warn(message: string, detail?: unknown): void;
  error(message: string, detail?: unknown): void;
}

export const silentLogger: Logger = { warn: () => {}, error: () => {} };
