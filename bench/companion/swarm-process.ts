/** A process full of clients. */
import { sleep } from '../waits.ts';
import type { Mode } from './attach.ts';
import { createSwarmClient, type SwarmClient } from './swarm-client.ts';

export type SwarmOrder =
  /** Connects all; the first time, and again after `cut`. */
  | { readonly do: 'open' }
  | { readonly do: 'cut' }
  /** Waits until the clients have got so many events each, all together, since the `received` before. */
  | { readonly do: 'received'; readonly each: number };
export type ToSwarm = SwarmOrder & { readonly id: number };
export interface FromSwarm {
  readonly id: number;
  /** Opened: clients that were not recovered. Received: more events than were waited for. */
  readonly excess: number;
  readonly failure?: string;
}

export function swarm(mode: Mode, port: number, from: number, count: number): void {
  let received = 0;
  /** Clients that what they missed does not come to. */
  let lost = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let onEnough = (): void => {};
  const onEvents = (events: number): void => {
    received += events;
    if (received >= wanted) onEnough();
  };
  const clients: readonly SwarmClient[] = Array.from({ length: count }, (_, index) =>
    createSwarmClient({ mode, port, name: `u${from + index}` }, onEvents),
  );

  /** Tries again while the server says that it can't now, as the real client does. */
  async function open(client: SwarmClient): Promise<boolean> {
    for (;;) {
      try {
        return await client.open();
      } catch (error) {
        if (!String(error).includes('"unavailable"')) throw error;
        client.cut();
        await sleep(1_000 * (1 + Math.random()));
      }
    }
  }

  async function obey(order: SwarmOrder): Promise<number> {
    switch (order.do) {
      case 'open':
        lost = (await Promise.all(clients.map(open))).filter((isAsAsked) => !isAsAsked).length;
        return lost;
      case 'cut':
        for (const client of clients) client.cut();
        break;
      case 'received': {
        const enough = new Promise<void>((resolve) => {
          onEnough = resolve;
        });
        wanted = order.each * (count - lost);
        lost = 0;
        onEvents(0);
        await enough;
        received -= wanted;
        wanted = Number.POSITIVE_INFINITY;
        return received;
      }
      default:
        order satisfies never;
    }
    return 0;
  }

  process.on('message', ({ id, ...order }: ToSwarm) => {
    obey(order as SwarmOrder).then(
      (excess) => process.send?.({ id, excess } satisfies FromSwarm),
      (error: unknown) => process.send?.({ id, excess: 0, failure: String(error) } satisfies FromSwarm),
    );
  });
  process.on('disconnect', () => process.exit());
}
