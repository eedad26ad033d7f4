/** The views on one log that peers of this node are in. Each filter is asked once per event, however many share it. */
import type { Frame, Refresh } from '../protocol/messages.ts';
import type { Latency } from './latency.ts';
import type { Cancel, Hub } from './ports.ts';
import { cut, type View } from './view.ts';

/** Peers that are up to date get the stream's frames here. */
export const liveRoom = (stream: string): string => `onesocket:live:${stream}`;
/** Peers that don't speak the protocol get the bare events here. */
export const plainRoom = (stream: string): string => `onesocket:plain:${stream}`;

/** After so many events that don't pass, a place is told, so that no cursor falls out of what the log keeps. */
const maxUntold = 1_000;

export interface Outlets {
  /** `at`: what the log's peers were sent so far; absent while nobody knows. */
  open(view: View, at: number | undefined): Cancel;
  isEmpty(): boolean;
  /** Where the last frame of a view ended; absent: none was sent, and none was owed. */
  end(stream: string): number | undefined;
  /** Returns how many events went out, over all receivers. */
  send(frame: Frame): number;
  refresh(refresh: Refresh): void;
}

interface Outlet {
  readonly view: View;
  peers: number;
  end: number | undefined;
}

export function createOutlets(hub: Hub, latency: Latency): Outlets {
  const outletByStream = new Map<string, Outlet>();

  function send(outlet: Outlet, frame: Frame): number {
    const prev = outlet.end ?? frame.prev;
    const own: Frame = { ...cut(outlet.view, frame), prev };
    outlet.end = prev;
    if (own.events.length === 0 && own.id - prev < maxUntold) return 0;
    outlet.end = own.id;
    const room = liveRoom(own.stream);
    let sent = own.events.length * hub.broadcast(room, 'events', own);
    for (const { type, payload } of own.events) sent += hub.broadcast(plainRoom(own.stream), type, payload);
    const last = own.events.at(-1);
    if (last) latency.onSent(room, own.stream, own, last.timestamp);
    return sent;
  }

  return {
    open(view, at) {
      const outlet = outletByStream.get(view.stream) ?? { view, peers: 0, end: at };
      outletByStream.set(view.stream, outlet);
      outlet.peers += 1;
      return () => {
        outlet.peers -= 1;
        if (outlet.peers === 0) outletByStream.delete(view.stream);
      };
    },
    isEmpty: () => outletByStream.size === 0,
    end: (stream) => outletByStream.get(stream)?.end,
    send(frame) {
      let sent = 0;
      for (const outlet of outletByStream.values()) sent += send(outlet, frame);
      return sent;
    },
    refresh(refresh) {
      for (const outlet of outletByStream.values()) {
        outlet.end = refresh.id;
        const { stream } = outlet.view;
        hub.broadcast(liveRoom(stream), 'full_refresh', { ...refresh, stream } satisfies Refresh);
      }
    },
  };
}
