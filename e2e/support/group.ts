/** A group of tabs as a whole. */
import { expect } from '@playwright/test';
import type { TestServer } from './server.ts';
import type { Participant } from './tab.ts';

/** The tab that leads and is connected; `null` while there is none, or while two claim it. */
export async function leaderOf<Each extends Participant>(tabs: readonly Each[]): Promise<Each | null> {
  const states = await Promise.all(tabs.map((tab) => tab.status()));
  const leaders = tabs.filter((_, i) => states[i]?.role === 'leader' && states[i]?.connection === 'connected');
  return leaders.length === 1 ? (leaders[0] ?? null) : null;
}

/** Waits for a connected leader among these; leave out tabs that can't answer. */
export async function untilLed<Each extends Participant>(tabs: readonly Each[], timeout = 10_000): Promise<Each> {
  let leader: Each | null = null;
  const found = async () => {
    leader = await leaderOf(tabs);
    return leader !== null;
  };
  await expect.poll(found, { timeout, message: 'one connected leader', intervals: [50] }).toBe(true);
  if (!leader) throw new Error('unreachable');
  return leader;
}

export async function allSeen(tabs: readonly Participant[], n: number, timeout?: number): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.untilSeen(n, timeout)));
}

/** Ids of the server's live Socket.IO connections. */
export async function liveSessions(server: TestServer): Promise<string[]> {
  const { sessions } = await server.state();
  return sessions.filter(({ closedAt }) => closedAt === undefined).map(({ id }) => id);
}

export async function untilOneConnection(server: TestServer, timeout = 10_000): Promise<void> {
  await expect.poll(() => liveSessions(server), { timeout, message: 'live connections' }).toHaveLength(1);
}

/** Publishes `count` numbered events to u1, all at once, and waits until the server has taken them. */
export async function publish(server: TestServer, from: number, count: number): Promise<number> {
  await server.publish({ to: { user: 'u1' }, type: 'tick', from, count });
  await untilPublished(server);
  return from + count - 1;
}

export async function untilPublished(server: TestServer, timeout = 60_000): Promise<void> {
  await expect
    .poll(async () => (await server.state()).publishing, { timeout, message: 'still publishing' })
    .toBe(false);
}
