/** The leader's way out to the tabs: what arrived together leaves in one post, in order. */
import type { Item } from '../../core/envelope.ts';
import type { Clock } from '../../core/ports.ts';
import { createRing, type Ring } from '../../core/ring.ts';
import { opens } from '../../protocol/cursor.ts';
import type { Frame } from '../../protocol/messages.ts';

/** Events per post. The cost is per post; beyond this a long task would begin to hurt the receiver. */
const maxEventsPerPost = 64;

/** Posts to the other tabs at once; what it returns gives the same to this tab. */
export type Tell = () => () => void;

export interface Relay {
  readonly ring: Ring;
  push(item: Item): void;
  /** One of the app's own. The function behind its arguments, the acknowledgement, only this tab can call. */
  pushPacket(packet: string, args: readonly unknown[]): void;
  /** Where the connection stands, in its turn. Of several with nothing between them the last one is told, and each error. */
  pushState(tell: Tell, isError: boolean): void;
  /** Another word of it follows at once: told twice, who calls connect() at the first would hear of the end once more. */
  dropState(): void;
  /** After all that waits, and at once: an answer must not overtake what the server sent before it. */
  tell(tell: Tell): void;
  /** Posts what waits now: before anything that tells a position. */
  flush(): void;
  /** Nothing goes out while it is in doubt whether this tab still leads. */
  pause(paused: boolean): void;
  paused(): boolean;
  /** Drops what waits: a deposed leader says nothing more. What is told is asked whether it still counts. */
  close(): void;
}

interface RelayDeps {
  readonly clock: Clock;
  /** To the other tabs, and the same as this tab itself gets it. */
  readonly send: (items: readonly Item[], own: readonly Item[]) => () => void;
}

export function createRelay({ clock, send }: RelayDeps): Relay {
  const ring = createRing();
  const acks = new WeakMap<Item, unknown>();
  /** Items, and what is told between them. */
  let waiting: (Item | Tell)[] = [];
  let lastState: Tell | null = null;
  let scheduled = false;
  let closed = false;
  let paused = false;

  function flush(): void {
    if (paused) return;
    const queue = waiting;
    waiting = [];
    let items: Item[] = [];
    // After all the others: a handler here may take its time, or leave.
    const own: (() => void)[] = [];
    for (const next of queue) {
      if (typeof next !== 'function') items.push(next);
      else {
        own.push(...post(items), next());
        items = [];
      }
    }
    own.push(...post(items));
    for (const deliver of own) deliver();
  }

  function post(items: readonly Item[]): (() => void)[] {
    return toBatches(items).map((batch) => {
      if (closed) return () => {};
      for (const item of batch) remember(item);
      return send(batch, batch.map(withAck));
    });
  }

  function withAck(item: Item): Item {
    if (!('packet' in item) || !acks.has(item)) return item;
    return { packet: item.packet, args: [...item.args, acks.get(item)] };
  }

  function remember(item: Item): void {
    if ('packet' in item) return;
    if ('reason' in item) {
      if (item.reason === 'permissions_changed') ring.forget(item.stream);
      else ring.restart(item.stream, item);
    } else ring.add(item);
  }

  function push(next: Item | Tell): void {
    if (closed) return;
    waiting.push(next);
    if (scheduled) return;
    scheduled = true;
    // A task, not a microtask: socket.io hands over one packet per task when many arrive.
    clock.soon(() => {
      scheduled = false;
      flush();
    });
  }

  function dropState(): void {
    if (waiting.at(-1) === lastState) waiting.pop();
  }

  return {
    ring,
    flush,
    push,
    pushPacket(packet, args) {
      const ack = args.at(-1);
      if (typeof ack !== 'function') return push({ packet, args });
      const item: Item = { packet, args: args.slice(0, -1), ack: true };
      acks.set(item, ack);
      push(item);
    },
    dropState,
    pushState(tell, isError) {
      if (!isError) dropState();
      lastState = isError ? null : tell;
      push(tell);
    },
    tell(tell) {
      push(tell);
      flush();
    },
    pause(next) {
      paused = next;
      flush();
    },
    paused: () => paused,
    close() {
      closed = true;
      const queue = waiting;
      waiting = [];
      for (const next of queue) if (typeof next === 'function') next()();
    },
  };
}

const weight = (item: Item): number => ('events' in item ? Math.max(1, item.events.length) : 1);

/** Posts of a bearable size, neighbours merged. */
export function toBatches(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  let batch: Item[] = [];
  let size = 0;
  for (const item of items) {
    if (size > 0 && size + weight(item) > maxEventsPerPost) {
      batches.push(batch);
      batch = [];
      size = 0;
    }
    size += weight(item);
    const last = batch.at(-1);
    const merged = last && merge(last, item);
    if (merged) batch[batch.length - 1] = merged;
    else batch.push(item);
  }
  if (size > 0) batches.push(batch);
  return batches;
}

/** Two frames of which one begins where the other ends are one frame. */
function merge(a: Item, b: Item): Frame | null {
  if (!('events' in a) || !('events' in b)) return null;
  // A frame that opens a stream must stay one: by it a tab without a place knows where to start.
  if (opens(a) || a.stream !== b.stream || a.epoch !== b.epoch || a.id !== b.prev) return null;
  return { ...a, id: b.id, events: [...a.events, ...b.events] };
}
