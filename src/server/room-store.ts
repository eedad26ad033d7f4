/** Puts users into rooms: here, and with a store that nodes share, at all of them. */
import type { Connection } from './connection-port.ts';
import { roomStream } from './names.ts';
import type { Cancel, Logger } from './ports.ts';
import type { Rooms } from './rooms.ts';

/** A port: which rooms users are in, for all nodes. Without one each node knows its own. */
export interface RoomStore {
  of(userId: string): Promise<readonly string[]>;
  join(userId: string, room: string): Promise<void>;
  leave(userId: string, room: string): Promise<void>;
  /** Told of a user whose rooms changed, perhaps here; `null`: anybody's may have. */
  onChange(handler: (userId: string | null) => void): Cancel;
}

interface RoomSyncOptions {
  readonly rooms: Rooms;
  readonly store: RoomStore | undefined;
  readonly connections: { ofUser(userId: string): readonly Connection[]; all(): Iterable<Connection> };
  readonly logger: Logger;
}

interface RoomSync {
  join(userId: string, room: string): Promise<void>;
  leave(userId: string, room: string): Promise<void>;
  /** Learns what other nodes did to a user's rooms. */
  sync(userId: string): Promise<void>;
  close(): void;
}

export function createRoomSync({ rooms, store, connections, logger }: RoomSyncOptions): RoomSync {
  const lastByUser = new Map<string, Promise<unknown>>();
  const cancel = store?.onChange((userId) => {
    const users = userId === null ? new Set([...connections.all()].map(({ claim }) => claim.userId)) : [userId];
    for (const each of users) {
      if (connections.ofUser(each).length === 0) continue;
      sync(each).catch((error: unknown) => logger.error(`The rooms of "${each}" could not be looked up`, error));
    }
  });

  /** One after the other, so that nothing read earlier undoes what was written later. */
  function inTurn(userId: string, work: () => Promise<void>): Promise<void> {
    const mine = (lastByUser.get(userId) ?? Promise.resolve()).then(work);
    const settled = mine
      .catch(() => {})
      .finally(() => {
        if (lastByUser.get(userId) === settled) lastByUser.delete(userId);
      });
    lastByUser.set(userId, settled);
    return mine;
  }

  async function open(userId: string, room: string): Promise<void> {
    await Promise.all(connections.ofUser(userId).map((connection) => connection.open(roomStream(room))));
  }

  function drop(userId: string, room: string): void {
    if (!rooms.leave(userId, room)) return;
    for (const connection of connections.ofUser(userId)) connection.shut(roomStream(room));
  }

  async function syncNow(shared: RoomStore, userId: string): Promise<void> {
    const wanted = new Set(await shared.of(userId));
    for (const room of rooms.joinedBy(userId)) if (!wanted.has(room)) drop(userId, room);
    const joined = [...wanted].filter((room) => rooms.join(userId, room));
    await Promise.all(joined.map((room) => open(userId, room)));
  }

  async function sync(userId: string): Promise<void> {
    if (store) await inTurn(userId, () => syncNow(store, userId));
  }

  return {
    sync,
    async join(userId, room) {
      if (!store) return rooms.join(userId, room) ? open(userId, room) : undefined;
      await inTurn(userId, async () => {
        await syncNow(store, userId);
        if (!rooms.join(userId, room)) return;
        try {
          await store.join(userId, room);
        } catch (error) {
          rooms.leave(userId, room);
          throw error;
        }
        await open(userId, room);
      });
    },
    async leave(userId, room) {
      if (!store) return drop(userId, room);
      await inTurn(userId, async () => {
        await store.leave(userId, room);
        drop(userId, room);
      });
    },
    close: () => cancel?.(),
  };
}
