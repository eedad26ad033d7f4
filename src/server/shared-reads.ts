/** Many connections that come back at once ask the log for the same pages: each is read once, and served from memory. */
import type { Cursor } from '../protocol/cursor.ts';
import { type EventLog, maxPageBytes, type Page } from './log.ts';
import { isUserStream } from './names.ts';
import { createPageCache, fitting, sizesOf } from './page-cache.ts';
import type { Clock } from './ports.ts';

export interface SharedLog extends EventLog {
  /**
   * What follows a cursor; a page that was read a moment ago will do. Its `head` may be behind the log's,
   * and its epoch may have ended since: whoever goes on from here learns it then.
   */
  resume(stream: string, at: Cursor, limit: number): Promise<Page>;
}

const keepMs = 5_000;

/** The log with reads that are shared: a page of `read` may be as old as the moment at which its reading began. */
export function shareReads(log: EventLog, clock: Clock): SharedLog {
  const pageByPlace = new Map<string, Promise<Page>>();
  const cache = createPageCache({ clock, keepMs: Math.min(keepMs, log.ttlMs / 4), maxPageBytes });

  async function readOnce(stream: string, after: number, limit: number): Promise<Page> {
    const page = await log.read(stream, after, limit);
    const count = fitting(sizesOf(page.events), maxPageBytes);
    return count === page.events.length ? page : { ...page, events: page.events.slice(0, count) };
  }

  function read(stream: string, after: number, limit: number): Promise<Page> {
    const place = JSON.stringify([stream, after, limit]);
    const underWay = pageByPlace.get(place);
    if (underWay) return underWay;
    const page = readOnce(stream, after, limit).finally(() => pageByPlace.delete(place));
    pageByPlace.set(place, page);
    return page;
  }

  return {
    ttlMs: log.ttlMs,
    append: (stream, draft) => log.append(stream, draft),
    bounds: (stream) => log.bounds(stream),
    follow: (stream, onHint) => log.follow(stream, onHint),
    close: () => cache.close(),
    read,
    async resume(stream, at, limit) {
      // Of one user's own stream there are few readers, and very many such streams.
      if (isUserStream(stream)) return read(stream, at.id, limit);
      const kept = cache.find(stream, at, limit);
      if (kept) return kept;
      const page = await read(stream, at.id, limit);
      if (page.epoch === at.epoch) cache.keep(stream, at.id, page);
      return page;
    },
  };
}
