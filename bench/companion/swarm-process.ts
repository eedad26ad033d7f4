/** A process full of clients. */
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
  /** More than were waited for. */
  readonly surplus: number;
  readonly failure?: string;
}

export function swarm(mode: Mode, port: number, from: number, count: number): void {
  let received = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let onEnough = (): void => {};
  const onEvents = (events: number): void => {
    received += events;
    if (received >= wanted) onEnough();
  };
  const clients: readonly SwarmClient[] = Array.from({ length: count }, (_, index) =>
    createSwarmClient({ mode, port, name: `u${from + index}` }, onEvents),
  );

  async function obey(order: SwarmOrder): Promise<number> {
    switch (order.do) {
      case 'open':
        await Promise.all(clients.map((client) => client.open()));
        break;
      case 'cut':
        for (const client of clients) client.cut();
        break;
      case 'received': {
        const enough = new Promise<void>((resolve) => {
          onEnough = resolve;
        });
        wanted = order.each * count;
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
      (surplus) => process.send?.({ id, surplus } satisfies FromSwarm),
      (error: unknown) => process.send?.({ id, surplus: 0, failure: String(error) } satisfies FromSwarm),
    );
  });
  process.on('disconnect', () => process.exit());
}
