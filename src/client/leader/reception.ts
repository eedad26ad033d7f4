/** How a leader receives the tabs that say `hello`: those of one task together, each with what it lacks. */
import type { Item, LeaderBody, TabBody } from '../../core/envelope.ts';
import type { Clock } from '../../core/ports.ts';
import { isChannel } from '../../protocol/channel.ts';
import type { Cursor } from '../../protocol/cursor.ts';
import type { Intake } from './intake.ts';
import { type Relay, toBatches } from './relay.ts';
import { maxTabs } from './roster.ts';

type Hello = TabBody & { readonly type: 'hello' };

interface Reception {
  hello(from: string, hello: Hello): void;
}

interface ReceptionDeps {
  readonly clock: Clock;
  readonly relay: Relay;
  readonly intake: Intake;
  readonly connected: () => boolean;
  readonly welcome: (to: readonly string[]) => void;
  readonly tell: (body: LeaderBody, to: readonly string[]) => void;
}

export function createReception({ clock, relay, intake, connected, welcome, tell }: ReceptionDeps): Reception {
  let hellos = new Map<string, Hello>();

  function answer(): void {
    const asked = hellos;
    hellos = new Map();
    // A stream that only another tab knows of is asked for in the next handshake too.
    if (!connected()) {
      for (const { cursors } of asked.values()) {
        for (const [stream, cursor] of Object.entries(cursors)) if (!intake.has(stream)) intake.open(stream, cursor);
      }
    }
    // Not all that the places tell of is posted: who wins the contest announces itself, and all say hello again.
    if (relay.paused()) return;
    // The welcome tells the places after the last post.
    relay.flush();
    welcome([...asked.keys()]);
    for (const { stream, cursor, tabs } of group(asked)) serve(stream, cursor, tabs);
  }

  /** Tabs that stand at the same place get the same frames in one post. */
  function group(asked: ReadonlyMap<string, Hello>): Iterable<{
    readonly stream: string;
    readonly cursor: Cursor | undefined;
    readonly tabs: string[];
  }> {
    const wishes = new Map<string, { readonly stream: string; readonly cursor: Cursor | undefined; tabs: string[] }>();
    const open = Object.keys(intake.positions());
    for (const [tab, { cursors, fresh, streams }] of asked) {
      for (const stream of new Set([...open, ...Object.keys(cursors)])) {
        const cursor = cursors[stream];
        if (isChannel(stream) && !streams.includes(stream)) continue;
        // It starts where the welcome says.
        if (!cursor && (fresh || isChannel(stream))) continue;
        const key = JSON.stringify([stream, cursor?.epoch, cursor?.id]);
        const wish = wishes.get(key) ?? { stream, cursor, tabs: [] };
        wish.tabs.push(tab);
        wishes.set(key, wish);
      }
    }
    return wishes.values();
  }

  function serve(stream: string, cursor: Cursor | undefined, tabs: readonly string[]): void {
    const give = (items: readonly Item[]): void => {
      const batches = toBatches(items);
      const last = batches.pop() ?? [];
      for (const batch of batches) tell({ type: 'items', items: batch }, tabs);
      tell({ type: 'items', items: last, fills: [stream] }, tabs);
    };
    const place = intake.positions()[stream];
    if (!place && isChannel(stream)) return; // asked for, as its tabs wish
    if (!place) {
      // Connected, and not in it: the server said no when these tabs were not listening.
      if (cursor && connected()) give([{ stream, ...cursor, reason: 'permissions_changed' }]);
      return;
    }
    if (cursor?.epoch === place.epoch && cursor.id >= place.id) return;
    const items = relay.ring.since(stream, cursor);
    if (items) give(items);
    else if (!cursor) give([{ stream, ...place, reason: 'gap' }]);
    else for (const tab of tabs) intake.ask(stream, tab, cursor);
  }

  return {
    hello(from, hello) {
      // Who is one too many says hello again: it waits for the welcome.
      if (hellos.size >= maxTabs && !hellos.has(from)) return;
      if (hellos.size === 0) clock.soon(answer);
      hellos.set(from, hello);
    },
  };
}
