/** The channels of a page: who listens to which, and how each stands. The tab is told what it shall be in. */
import type { Cancel, Clock } from '../../core/ports.ts';
import { isChannel } from '../../protocol/channel.ts';
import type { Refresh, WireEvent } from '../../protocol/messages.ts';
import type { ChannelStatus } from '../types.ts';

/** What one of the page's channel objects is told. */
interface ChannelEars {
  onEvent(event: WireEvent): void;
  onRefresh(refresh: Refresh): void;
  onStatus(): void;
}

export interface Channels {
  join(stream: string, ears: ChannelEars): Cancel;
  status(stream: string): ChannelStatus;
  /** How many the page is in. */
  size(): number;
  /** False: the event is not a channel's. */
  onEvent(stream: string, event: WireEvent): boolean;
  onRefresh(refresh: Refresh): boolean;
  onStart(stream: string): boolean;
  /** The tab forgot where it was. */
  reset(): void;
  /** A new connection may let in what the last one refused. */
  onConnect(): void;
}

interface Entry {
  readonly ears: Set<ChannelEars>;
  status: Exclude<ChannelStatus, 'left'>;
}

export function createChannels(clock: Clock, want: (streams: readonly string[]) => void): Channels {
  const entries = new Map<string, Entry>();
  let scheduled = false;

  /** One task later: who leaves and joins in one go, as a component that renders twice, stays in. */
  function tell(): void {
    if (scheduled) return;
    scheduled = true;
    clock.soon(() => {
      scheduled = false;
      for (const [stream, { ears }] of entries) if (ears.size === 0) entries.delete(stream);
      want([...entries].filter(([, { status }]) => status !== 'forbidden').map(([stream]) => stream));
    });
  }

  function set(stream: string, status: Entry['status']): void {
    const entry = entries.get(stream);
    if (!entry || entry.status === status) return;
    entry.status = status;
    for (const ears of [...entry.ears]) ears.onStatus();
  }

  function each(stream: string, run: (ears: ChannelEars) => void): boolean {
    for (const ears of [...(entries.get(stream)?.ears ?? [])]) run(ears);
    return isChannel(stream);
  }

  return {
    join(stream, ears) {
      const entry = entries.get(stream) ?? { ears: new Set(), status: 'joining' };
      entries.set(stream, entry);
      entry.ears.add(ears);
      if (entry.status === 'forbidden') set(stream, 'joining');
      tell();
      return () => {
        entry.ears.delete(ears);
        tell();
      };
    },
    status: (stream) => entries.get(stream)?.status ?? 'left',
    size: () => entries.size,
    onEvent: (stream, event) => each(stream, (ears) => ears.onEvent(event)),
    onRefresh(refresh) {
      const { stream, reason } = refresh;
      const wasIn = entries.get(stream)?.status === 'joined';
      if (reason === 'permissions_changed') {
        set(stream, 'forbidden');
        if (isChannel(stream)) tell();
      }
      return each(stream, (ears) => wasIn && ears.onRefresh(refresh));
    },
    onStart(stream) {
      set(stream, 'joined');
      return isChannel(stream);
    },
    reset() {
      for (const stream of entries.keys()) set(stream, 'joining');
      tell();
    },
    onConnect() {
      for (const [stream, { status }] of entries) if (status === 'forbidden') set(stream, 'joining');
      tell();
    },
  };
}
