/** Many connections that come back at once ask the log for the same pages: each is read once while it is under way. */
import type { EventLog, Page } from './log.ts';

/** The log with reads that are shared: a page may be as old as the moment at which its reading began. */
export function shareReads(log: EventLog): EventLog {
  const pageByPlace = new Map<string, Promise<Page>>();

  return {
    ttlMs: log.ttlMs,
    append: (stream, draft) => log.append(stream, draft),
    bounds: (stream) => log.bounds(stream),
    follow: (stream, onHint) => log.follow(stream, onHint),
    close: () => log.close(),
    read(stream, after, limit) {
      const place = JSON.stringify([stream, after, limit]);
      const underWay = pageByPlace.get(place);
      if (underWay) return underWay;
      const page = log.read(stream, after, limit).finally(() => pageByPlace.delete(place));
      pageByPlace.set(place, page);
      return page;
    },
  };
}
