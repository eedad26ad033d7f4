/** Which part of a page hears what its tab has to tell: a channel's own, or the shared states and the facades. */
import { both } from '../core/emitter.ts';
import type { Channels } from './channels.ts';
import type { States } from './states.ts';
import type { FacadeEvents, TabEvents } from './tab.ts';

export function toTabEvents(events: FacadeEvents, states: States, channels: Channels): TabEvents {
  return {
    ...events,
    onEvent(stream, epoch, event) {
      if (channels.onEvent(stream, event)) return;
      states.onEvent(stream, epoch, event);
      events.onEvent(stream, epoch, event);
    },
    onRefresh(refresh) {
      if (channels.onRefresh(refresh)) return;
      states.onRefresh(refresh);
      events.onRefresh(refresh);
    },
    onStart(stream, cursor) {
      if (!channels.onStart(stream)) states.onStart(stream, cursor);
    },
    onBatch: both(events.onBatch, states.onBatch),
    onConnect(link) {
      channels.onConnect();
      events.onConnect(link);
    },
    onLeader: states.onLeader,
    onLoad: states.onLoad,
  };
}
