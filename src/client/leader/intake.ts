/**
 * The leader's side of the link: what the server says goes through the gate, an inbox of the leadership,
 * and only what joins on to what was posted before goes on to the relay. Holes are asked for here.
 */
import { createInbox, type InboxEffect, toInboxEvent } from '../../core/inbox.ts';
import type { Clock, Link } from '../../core/ports.ts';
import { isChannel } from '../../protocol/channel.ts';
import { type Cursor, type Cursors, openingFrame, opens } from '../../protocol/cursor.ts';
import type { Frame, Refresh } from '../../protocol/messages.ts';
import { parseFrame, parseLoneEvent, parseRefresh, parseSyncAnswer } from '../../protocol/parse.ts';
import { watchHoles } from '../tab/holes.ts';
import type { CounterName } from '../types.ts';
import type { Relay } from './relay.ts';
import { createSyncer } from './sync.ts';

/** Stands for the gate itself among those who ask for a sync. */
const gateItself = '';

export interface Intake {
  /** Places after what was passed to the relay. */
  positions(): Cursors;
  has(stream: string): boolean;
  /** A stream begins here for everybody who has no place in it. */
  open(stream: string, cursor: Cursor): void;
  /** Nobody is in this channel any more. */
  forget(stream: string): void;
  /** These tabs are not let into it. */
  refuse(stream: string): void;
  /** One of the protocol's packets; false: it is none. */
  onPacket(name: string, payload: unknown, ack?: unknown): boolean;
  /** The server's answer to the cursors sent in the handshake; says whether all of them are resumed. */
  resume(streams: Cursors, sent: Cursors): boolean;
  /** On behalf of a tab that the ring can't serve. */
  ask(stream: string, tab: string, cursor: Cursor): void;
  /** The link is gone, and with it every answer. */
  reset(): void;
  close(): void;
}

interface IntakeDeps {
  readonly clock: Clock;
  readonly relay: Relay;
  readonly link: () => Link | null;
  readonly defaultStream: () => string | undefined;
  /** What a sync brought for some tabs alone. */
  readonly fill: (tabs: readonly string[], items: readonly (Frame | Refresh)[], fills: readonly string[]) => void;
  readonly onRefresh: (refresh: Refresh) => void;
  readonly count: (name: CounterName, by?: number) => void;
}

export function createIntake(deps: IntakeDeps, start: Cursors): Intake {
  const { clock, relay, link, count } = deps;
  const gate = createInbox(onGate, start);
  for (const [stream, cursor] of Object.entries(start)) relay.ring.restart(stream, cursor);
  const stopHoles = watchHoles(gate, clock, () => link() !== null);
  const syncer = createSyncer<string>({
    clock,
    request(stream, cursor, onAnswer) {
      const open = link();
      if (!open) return false;
      count('syncs');
      const request = { stream, lastEventId: cursor.id, epoch: cursor.epoch };
      open.request('request_sync', [request], (answer) => onAnswer(parseSyncAnswer(answer)));
      return true;
    },
    onFrame: (to, frame) => give(to, frame),
    onRefresh(to, refresh) {
      give(to, refresh);
      deps.onRefresh(refresh);
    },
    onAnswered(to, stream, epoch) {
      const tabs = to.filter((tab) => tab !== gateItself);
      if (tabs.length > 0) deps.fill(tabs, [], [stream]);
      if (tabs.length < to.length) gate.apply(stream, { type: 'answered', ...(epoch !== undefined && { epoch }) });
    },
  });

  function give(to: readonly string[], item: Frame | Refresh): void {
    const tabs = to.filter((tab) => tab !== gateItself);
    if (tabs.length > 0) deps.fill(tabs, [item], []);
    if (tabs.length < to.length) accept(item);
  }

  function accept(item: Frame | Refresh | null): void {
    if (!item) return count('malformed');
    // Of a channel that was left: the client opens them, never the server.
    if (isChannel(item.stream) && !gate.has(item.stream)) return;
    if ('events' in item && opens(item) && !gate.has(item.stream)) return open(item.stream, item);
    if (!gate.apply(item.stream, toInboxEvent(item))) count('malformed');
  }

  function open(stream: string, { epoch, id }: Cursor): void {
    if (!gate.apply(stream, { type: 'place', cursor: { epoch, id } })) return count('malformed');
    relay.ring.restart(stream, { epoch, id });
    relay.push(openingFrame(stream, { epoch, id }));
  }

  function onGate(stream: string, effect: InboxEffect): void {
    if (effect.type === 'deliver') relay.push(effect.frame);
    else if (effect.type === 'refresh') {
      relay.push(effect.refresh);
      deps.onRefresh(effect.refresh);
    } else if (effect.type === 'ask') {
      const cursor = gate.cursors()[stream];
      if (cursor) syncer.ask(stream, gateItself, cursor);
    } else if (effect.type === 'duplicates') count('duplicates', effect.count);
    else if (effect.type !== 'started') count(effect.type === 'gap' ? 'gaps' : 'healed');
  }

  return {
    positions: () => gate.cursors(),
    has: (stream) => gate.has(stream),
    open,
    forget(stream) {
      gate.forget(stream);
      relay.ring.forget(stream);
    },
    refuse(stream) {
      gate.forget(stream);
      // It has no place: what stands for one is not looked at.
      relay.push({ stream, epoch: 'none', id: 0, reason: 'permissions_changed' });
    },
    onPacket(name, payload, ack) {
      if (name === 'events') {
        // The companion measures by samples how long its events take to get here.
        if (typeof ack === 'function') ack();
        accept(parseFrame(payload));
      } else if (name === 'full_refresh') accept(parseRefresh(payload));
      else if (name === 'event') {
        const epochOf = (stream: string): string | undefined => gate.cursors()[stream]?.epoch;
        accept(parseLoneEvent(payload, { stream: deps.defaultStream(), epochOf }));
      } else return false;
      return true;
    },
    resume(streams, sent) {
      let recovered = Object.keys(sent).length > 0;
      for (const [stream, cursor] of Object.entries(gate.cursors())) {
        const from = streams[stream];
        const asked = sent[stream];
        if (!from && !asked && isChannel(stream)) continue; // asked for by `subscribe`
        if (!from) accept({ stream, ...cursor, reason: 'permissions_changed' });
        // Adopted while the handshake was under way: the server knows nothing of that cursor.
        else if (!asked) gate.apply(stream, { type: 'position', cursor: from });
        if (asked && (from?.epoch !== asked.epoch || from.id !== asked.id)) recovered = false;
      }
      for (const [stream, cursor] of Object.entries(streams)) if (!gate.has(stream)) open(stream, cursor);
      return recovered;
    },
    ask: (stream, tab, cursor) => syncer.ask(stream, tab, cursor),
    reset: () => syncer.reset(),
    close() {
      stopHoles();
      syncer.reset();
    },
  };
}
