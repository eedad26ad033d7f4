/**
 * A tab's own streams: every frame goes through its inbox, whoever sent it, and what is new goes to the handlers.
 * Knows where the tab stands, not who leads.
 */
import type { Item } from '../../core/envelope.ts';
import { createInbox, type Inbox, type InboxEffect, toInboxEvent } from '../../core/inbox.ts';
import type { Clock } from '../../core/ports.ts';
import { isChannel } from '../../protocol/channel.ts';
import { type Cursor, type Cursors, only } from '../../protocol/cursor.ts';
import type { Frame, Refresh, WireEvent } from '../../protocol/messages.ts';
import type { Logger } from '../option-types.ts';
import type { CounterName } from '../types.ts';

export interface ReaderEvents {
  onEvent(stream: string, epoch: string, event: WireEvent): void;
  onPacket(name: string, args: readonly unknown[]): void;
  onRefresh(refresh: Refresh): void;
  /** The tab begins to handle a stream at this place. */
  onStart(stream: string, cursor: Cursor): void;
  /** All that one post brought has been handled. */
  onBatch(): void;
}

interface Reader {
  readonly inbox: Inbox;
  /** The channels that the tab is in, or joins. */
  wanted(): readonly string[];
  /** From now on these: what it is not in yet starts where the leader says, the others are forgotten. */
  want(streams: readonly string[]): void;
  /** Holds a place open for each channel that has none yet. */
  reserve(): void;
  /** Has a place: it need not be told where to start. */
  hasPlace(): boolean;
  /** Starts where nobody can tell better. `lost`: there may have been places, so each start is a refresh. */
  startAt(cursors: Cursors, lost?: boolean): void;
  /** Where the leader stands: a stream that is behind it, or unknown, has missed something. */
  compare(positions: Cursors): void;
  /** Up to where the handlers are; within a frame that is under way they are behind the inbox's cursors. */
  handled(): Cursors;
  onItems(items: readonly Item[], fills?: readonly string[]): void;
  rest(): void;
  forget(): void;
}

interface ReaderDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly events: ReaderEvents;
  /** Modules of the session; absent: all. */
  readonly modules: () => readonly string[] | undefined;
  /** A hole: somebody has to be asked. */
  readonly onHole: () => void;
  readonly count: (name: CounterName, by?: number) => void;
}

export function createReader({ clock, logger, events, modules, onHole, count }: ReaderDeps): Reader {
  let inbox = createInbox(onStream);
  let wanted: ReadonlySet<string> = new Set();
  let hasPlace = false;
  let lostPlaces = false;
  /** The frame under way in the handlers, up to the event that they have. */
  let handling: { readonly stream: string; readonly cursor: Cursor } | null = null;
  /** Changes when the tab forgets: what an effect of before would still deliver is dropped. */
  let life = 0;

  function onStream(stream: string, effect: InboxEffect): void {
    if (effect.type === 'deliver') deliver(effect.frame, effect.events);
    else if (effect.type === 'refresh') {
      count('refreshes');
      events.onRefresh(effect.refresh);
      // A hole may be given up by a timer, outside any post.
      clock.soon(events.onBatch);
    } else if (effect.type === 'started') {
      events.onStart(stream, effect.cursor);
      if (lostPlaces) onStream(stream, { type: 'refresh', refresh: { stream, ...effect.cursor, reason: 'gap' } });
    } else if (effect.type === 'ask') onHole();
    else if (effect.type === 'duplicates') count('duplicates', effect.count);
    else {
      count(effect.type === 'gap' ? 'gaps' : 'healed');
      logger.debug(`stream ${stream}: ${effect.type}`);
    }
  }

  function deliver(frame: Frame, list: readonly WireEvent[]): void {
    const mine = life;
    for (const event of list) {
      if (mine !== life) return;
      handling = { stream: frame.stream, cursor: { epoch: frame.epoch, id: event.id } };
      const module = event.scope?.module;
      if (module !== undefined && modules()?.includes(module) === false) count('foreignModule');
      else {
        count('delivered');
        events.onEvent(frame.stream, frame.epoch, event);
      }
    }
    if (mine === life) handling = null;
  }

  /** Channels of other tabs pass by. */
  const isMine = (stream: string): boolean => wanted.has(stream) || !isChannel(stream);

  return {
    wanted: () => [...wanted],
    want(streams) {
      const next = new Set(streams);
      for (const stream of wanted) if (!next.has(stream)) inbox.forget(stream);
      wanted = next;
    },
    reserve() {
      for (const stream of wanted) inbox.apply(stream, { type: 'wanted' });
    },
    get inbox() {
      return inbox;
    },
    hasPlace: () => hasPlace,
    handled: () => (handling ? { ...inbox.cursors(), [handling.stream]: handling.cursor } : inbox.cursors()),
    startAt(cursors, lost = false) {
      hasPlace = true;
      lostPlaces = lost;
      for (const [stream, cursor] of Object.entries(only(isMine, cursors))) {
        inbox.apply(stream, { type: 'place', cursor });
      }
    },
    compare(positions) {
      for (const [stream, cursor] of Object.entries(only(isMine, positions))) {
        inbox.apply(stream, { type: 'position', cursor });
      }
    },
    onItems(items, fills = []) {
      const mine = life;
      for (const item of items) {
        if (mine !== life) return;
        if ('packet' in item) events.onPacket(item.packet, item.ack ? [...item.args, () => {}] : item.args);
        // A newcomer's place is what the welcome says: nothing before it.
        else if (isMine(item.stream) && (hasPlace || inbox.has(item.stream))) {
          if (!inbox.apply(item.stream, toInboxEvent(item))) count('malformed');
        }
      }
      for (const stream of fills) if (mine === life) inbox.apply(stream, { type: 'answered' });
      events.onBatch();
    },
    rest() {
      life += 1;
      // A handler left in the midst of a frame: what lies behind was not handled.
      if (handling) inbox.rewind(handling.stream, handling.cursor);
      handling = null;
      inbox.dropHeld();
    },
    forget() {
      inbox = createInbox(onStream);
      hasPlace = false;
    },
  };
}
