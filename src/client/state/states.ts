/** The shared states of one tab by name and version, and their talk with the leader and the other tabs. */
import type { TabBody } from '../../core/envelope.ts';
import type { Clock } from '../../core/ports.ts';
import { isChannel } from '../../protocol/channel.ts';
import { type Cursor, type Cursors, only } from '../../protocol/cursor.ts';
import type { Refresh, WireEvent } from '../../protocol/messages.ts';
import { isCount, isName } from '../../protocol/parse.ts';
import { oneSocketError } from '../errors.ts';
import type { Logger } from '../option-types.ts';
import type { Shelf } from '../persist-types.ts';
import type { SharedState, StateOptions } from '../types.ts';
import { createState, type StatePart } from './state.ts';

export interface States {
  create<State, Listen>(options: StateOptions<State, Listen>): SharedState<State>;
  /** The group is known: what it kept of its states may be shown. */
  open(shelf: Shelf | null): void;
  onEvent(stream: string, epoch: string, event: WireEvent): void;
  onRefresh(refresh: Refresh): void;
  onStart(stream: string, cursor: Cursor): void;
  onBatch(): void;
  /** A leader is there: says what is wanted, and what this tab could pass on. */
  onLeader(): void;
  onLoad(name: string, version: number): void;
  onLoaded(body: TabBody & { readonly type: 'loaded' }): void;
  reset(): void;
}

interface StatesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly cursors: () => Cursors;
  readonly toLeader: (body: TabBody) => void;
  /** To the leader and to all tabs; false: it can't be cloned, or there is nobody. */
  readonly share: (body: TabBody) => boolean;
}

export function createStates({ clock, logger, cursors: all, toLeader, share }: StatesDeps): States {
  // What other tabs load, or pass on, says nothing of this one's channels.
  const cursors = (): Cursors => only((stream) => !isChannel(stream), all());
  const parts = new Set<StatePart>();
  /** Names and versions of what this tab is loading for all; another set for another user. */
  let supplying = new Set<string>();
  let shelf: Shelf | null = null;

  const want = ({ name, version, fresh }: StatePart): void => toLeader({ type: 'want', name, version, fresh: fresh() });
  const find = (name: string, version: number): StatePart[] =>
    [...parts].filter((part) => part.name === name && part.version === version);

  async function supply(name: string, version: number): Promise<void> {
    const found = find(name, version);
    const part = found.find((candidate) => candidate.fresh()) ?? found[0];
    const mine = supplying;
    const supplied = await part?.supply();
    if (mine !== supplying) return;
    const failed: TabBody = { type: 'loaded', name, version };
    if (!supplied) return void share(failed);
    for (const sibling of find(name, version)) sibling.offer(supplied.state, supplied.position);
    // What can't be cloned stays with this tab; the others load for themselves.
    if (!share({ ...failed, ...supplied })) share(failed);
  }

  return {
    create(options) {
      const { name, version = 0, load, loadTimeoutMs = 1 } = options;
      // The other tabs would not understand it.
      if (!isName(name) || !isCount(version) || typeof load !== 'function' || !(loadTimeoutMs > 0))
        throw oneSocketError(
          'bad_option',
          'state() needs a `name` of 1 to 256 characters, a `load`, as `version` a count, and a positive `loadTimeoutMs`',
        );
      const { part, shared } = createState(options as StateOptions<unknown>, {
        clock,
        logger,
        cursors,
        want: () => want(part),
        onClose: () => void parts.delete(part),
      });
      parts.add(part);
      if (shelf) part.open(shelf);
      return shared as SharedState<never>;
    },
    open(next) {
      if (!next || shelf === next) return;
      shelf = next;
      for (const part of parts) part.open(next);
    },
    onEvent(stream, epoch, event) {
      for (const part of parts) part.apply(stream, epoch, event);
    },
    onRefresh(refresh) {
      for (const part of parts) part.refresh(refresh);
    },
    onStart(stream, cursor) {
      for (const part of parts) part.start(stream, cursor);
    },
    onBatch() {
      for (const part of parts) part.flush();
    },
    onLeader() {
      for (const part of parts) want(part);
    },
    onLoad(name, version) {
      const key = JSON.stringify([name, version]);
      // Asked again: still at it. Said from a task: a frozen page runs its channel handlers, but no tasks.
      if (supplying.has(key)) return clock.soon(() => find(name, version).slice(0, 1).forEach(want));
      const mine = supplying.add(key);
      void supply(name, version).finally(() => mine.delete(key));
    },
    onLoaded({ name, version, state, position }) {
      if (position) for (const part of find(name, version)) part.offer(state, position);
    },
    reset() {
      supplying = new Set();
      shelf = null;
      for (const part of parts) part.reset();
    },
  };
}
