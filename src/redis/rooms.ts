/** The rooms of users in Redis: a set per user, and one channel on which all nodes hear of changes. */
import type { Cancel } from '../server/ports.ts';
import type { RoomStore } from '../server/room-store.ts';
import type { Link } from './link.ts';
import { encodeName } from './names.ts';
import { defineScript, type Script } from './script.ts';

/** ARGV: `SADD` or `SREM`, room, channel, message. */
const changeScript: Script = defineScript(`
if redis.call(ARGV[1], KEYS[1], ARGV[2]) == 1 then redis.call('PUBLISH', ARGV[3], ARGV[4]) end
return 1
`);
const membersScript: Script = defineScript(`return redis.call('SMEMBERS', KEYS[1])`);

interface RedisRooms extends RoomStore {
  close(): void;
}

export function createRedisRooms(link: Link, prefix: string): RedisRooms {
  const channel = `${prefix}rooms`;
  const handlers = new Set<(userId: string | null) => void>();
  let listening: Promise<Cancel> | null = null;
  const tell = (userId: string | null): void => {
    for (const handler of [...handlers]) handler(userId);
  };
  const cancelReady = link.onReady(() => tell(null));

  /** Confirmed before the first look, so that no later change gets lost unnoticed. */
  async function listen(): Promise<void> {
    listening ??= link.follow(channel, (message) => tell(message));
    try {
      await listening;
    } catch (error) {
      listening = null;
      throw error;
    }
  }

  async function change(what: 'SADD' | 'SREM', userId: string, room: string): Promise<void> {
    // As JSON, which tells half characters apart.
    await link.run(changeScript, [keyOf(userId)], [what, JSON.stringify(room), channel, userId]);
  }

  const keyOf = (userId: string): string => `${prefix}rooms:{${encodeName(userId)}}`;

  return {
    async of(userId) {
      await listen();
      const found = (await link.run(membersScript, [keyOf(userId)], [])) as string[];
      return found.map((room) => JSON.parse(room) as string);
    },
    join: (userId, room) => change('SADD', userId, room),
    leave: (userId, room) => change('SREM', userId, room),
    onChange(handler) {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
    close() {
      cancelReady();
      handlers.clear();
    },
  };
}
