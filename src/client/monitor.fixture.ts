/** Watches a socket as its app would, and says what no app may ever see. */
import { limits } from '../protocol/limits.ts';
import type { OneSocket } from './types.ts';

export interface Monitor {
  /** What was broken, in words; empty: nothing. */
  readonly wrong: readonly string[];
  /** Events and refreshes of a stream, in order. */
  story(stream: string): readonly (number | string)[];
  /** Looks at what the socket holds. */
  check(): void;
}

/** More than this is not bounded. */
const most = { streams: limits.streams, held: 2_000 };

export function watch(name: string, socket: OneSocket, types: readonly string[]): Monitor {
  const wrong: string[] = [];
  const stories = new Map<string, (number | string)[]>();
  const lastByStream = new Map<string, { readonly epoch: string | undefined; readonly id: number }>();
  const tell = (stream: string, what: number | string): void => {
    stories.set(stream, [...(stories.get(stream) ?? []), what]);
  };

  for (const type of types) {
    socket.onEvent(type, ({ stream, id }) => {
      const epoch = socket.diagnostics().cursors[stream]?.epoch;
      const last = lastByStream.get(stream);
      lastByStream.set(stream, { epoch, id });
      tell(stream, id);
      if (!last) return;
      if (last.epoch !== epoch)
        wrong.push(`${name}: ${stream} goes from epoch ${last.epoch} to ${epoch} without a word`);
      else if (id <= last.id) wrong.push(`${name}: ${stream} has ${id} after ${last.id}`);
    });
  }
  socket.onRefresh(({ streams, reason }) => {
    for (const stream of streams) {
      lastByStream.delete(stream);
      tell(stream, reason);
    }
  });

  return {
    wrong,
    story: (stream) => stories.get(stream) ?? [],
    check() {
      const { cursors, holding } = socket.diagnostics();
      const streams = new Set([...Object.keys(cursors), ...Object.keys(holding)]).size;
      if (streams > most.streams) wrong.push(`${name}: is in ${streams} streams`);
      for (const [stream, held] of Object.entries(holding)) {
        if (held > most.held) wrong.push(`${name}: holds ${held} frames of ${stream}`);
      }
    },
  };
}
