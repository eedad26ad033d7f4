/** Which part of a page hears what its tab has to tell: a channel's own, or the shared states and the facades. */
import { both } from '../../core/emitter.ts';
import type { Check } from '../schemas.ts';
import type { States } from '../state/states.ts';
import type { Channels } from '../tab/channels.ts';
import type { FacadeEvents, TabEvents } from '../tab/tab.ts';

interface Hearers {
  readonly events: FacadeEvents;
  readonly states: States;
  readonly channels: Channels;
  readonly check: Check;
}

export function toTabEvents({ events, states, channels, check }: Hearers): TabEvents {
  return {
    ...events,
    onEvent(stream, epoch, wire) {
      const checked = check(wire.type, wire.payload);
      if (!checked) return;
      const event = checked.value === wire.payload ? wire : { ...wire, payload: checked.value };
      if (channels.onEvent(stream, event)) return;
      states.onEvent(stream, epoch, event);
      events.onEvent(stream, epoch, event);
    },
    onPacket(name, args) {
      const checked = check(name, args[0]);
      if (!checked) return;
      events.onPacket(name, checked.value === args[0] ? args : [checked.value, ...args.slice(1)]);
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
