/** The Desk: a feed, a shared counter, what the server counts, and faults on demand. */
import type { BoardAnswer, ServerCounts } from '../../shared/desk.ts';
import type { FeatureDefinition } from '../app.ts';
import { toBrowser } from '../browser.ts';
import type { Route } from '../http/router.ts';
import type { NodeState } from '../nodes.ts';
import { createBoardRepository } from './board.ts';
import { handleCommands } from './commands.ts';
import { createFeed } from './feed.ts';
import { createLines } from './lines.ts';

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
const allOf = ({ connections }: NodeState) => sum(Object.values(connections));

export const desk: FeatureDefinition = {
  name: 'desk',
  create(app) {
    const { io, realtime, db, nodes, stores, settings } = app;
    const board = createBoardRepository(db);
    const lines = createLines(io, () => nodes.beat());
    const isAnybodyHere = () => Object.keys(lines.counts()).length > 0;
    const feed = createFeed({ ...app, board, isAnybodyHere });
    nodes.reportBy(() => ({
      published: feed.published(),
      replayed: realtime.diagnostics().counters.replayed_events ?? 0,
      connections: lines.counts(),
    }));
    handleCommands({ ...app, board, feed, lines });

    async function countsFor(userId: string, client: string): Promise<ServerCounts> {
      const browser = toBrowser(userId, client);
      const alive = nodes.list();
      const infos = alive.map((node) => ({
        ...{ name: node.name, onDuty: node.onDuty, all: allOf(node) },
        browser: node.connections[browser] ?? 0,
      }));
      return {
        nodes: infos,
        browser: sum(infos.map((node) => node.browser)),
        all: sum(infos.map((node) => node.all)),
        sessions: (await realtime.sessions()).length,
        published: sum(alive.map(({ published }) => published)),
        replayed: sum(alive.map(({ replayed }) => replayed)),
        loads: board.loads(userId),
        store: stores.kind,
        mayEndNode: settings.mayEnd,
      };
    }

    const routes: readonly Route[] = [
      {
        method: 'GET',
        path: '/api/v1/desk/board',
        async handle({ caller }): Promise<BoardAnswer> {
          board.add(`loads:${caller.userId}`);
          // The position first: what happens in between comes as an event too, and its absolute value does no harm.
          const position = await realtime.positionOf(caller);
          return { position, state: board.of(caller.userId) };
        },
      },
      {
        method: 'GET',
        path: '/api/v1/desk/server',
        handle: ({ caller, query }) => countsFor(caller.userId, query.get('client') ?? ''),
      },
    ];

    return {
      routes,
      start: feed.start,
      stop: feed.stop,
    };
  },
};
