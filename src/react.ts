/**
 * `onesocket/react`: hooks over a socket that the application makes once, at module scope. They take it as their
 * first argument: no provider is needed. StrictMode, concurrent rendering and server-side rendering are fine.
 */
'use client';

import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { OneSocketError } from './client/errors.ts';
import type { EventNames, EventParams } from './client/event-types.ts';
import { idleStatus } from './client/group/status.ts';
import type { AckResult, ParamsWithoutAck } from './client/socket-types.ts';
import type { OneSocket, SharedState, StateSnapshot, Status } from './client/types.ts';

/** What of a socket has nothing to do with its event maps. */
type AnySocket = Pick<OneSocket, 'status' | 'onStatus'>;

/**
 * The socket's status; with `select` only what it picks: the component renders again when that changed.
 *
 * @param select - what is picked is compared by `Object.is`: pick plain values, not new objects
 */
export function useStatus(socket: AnySocket): Status;
export function useStatus<Selected>(socket: AnySocket, select: (status: Status) => Selected): Selected;
export function useStatus(socket: AnySocket, select: (status: Status) => unknown = itself): unknown {
  const subscribe = useCallback((onChange: () => void) => socket.onStatus(onChange), [socket]);
  const picked = useMemo(() => remember(select), [select]);
  return useSyncExternalStore(
    subscribe,
    () => picked(socket.status),
    // A server's socket is idle, and so is what a browser renders first to take over the server's markup.
    () => picked(idleStatus),
  );
}

const itself = (status: Status): Status => status;

/** A new object for the same status would make React render for ever. */
function remember<Selected>(select: (status: Status) => Selected): (status: Status) => Selected {
  let last: { readonly status: Status; readonly selected: Selected } | null = null;
  return (status) => {
    if (last?.status !== status) last = { status, selected: select(status) };
    return last.selected;
  };
}

/** Calls `handler` with the event's arguments while the component is mounted: always the one of the last render. */
export function useEvent<Listen, Emit, Name extends EventNames<Listen>>(
  socket: OneSocket<Listen, Emit>,
  name: Name,
  handler: (...args: EventParams<Listen, Name>) => void,
): void {
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => socket.on(name, (...args: EventParams<Listen, Name>) => latest.current(...args)), [socket, name]);
}

const nothingYet: StateSnapshot<never> = Object.freeze({ state: undefined, stale: true });

/**
 * The snapshot of a state made by `socket.state(...)`, at module scope as the socket is. Its `state` is `undefined`
 * until it was loaded; `stale` while a load has to reach it; `error` when the last try failed.
 */
export function useSharedState<State>(shared: SharedState<State>): StateSnapshot<State> {
  return useSyncExternalStore<StateSnapshot<State>>(shared.subscribe, shared.getSnapshot, () => nothingYet);
}

/** A {@link OneSocketError}; without its fields where the arguments could not be written. */
type CommandFailure = Error & Partial<Pick<OneSocketError, 'code' | 'outcome'>>;

/** The latest call of a command, and how it stands. */
export interface CommandState<Args extends readonly unknown[], Result> {
  /**
   * Sends the command. The promise may be ignored: its failure is in `error` too.
   * @throws {@link OneSocketError} with `code` and `outcome`, as `emitWithAck` does
   */
  readonly run: (...args: Args) => Promise<Result>;
  readonly pending: boolean;
  /** Of the latest call, until the next one begins. */
  readonly error: CommandFailure | undefined;
  /** The latest result: it stays while the next call is under way. */
  readonly data: Result | undefined;
}

export interface CommandOptions {
  /** Bound on the wait for the outcome. @defaultValue the socket's `ackTimeout` */
  readonly timeoutMs?: number;
}

/** One command of this component, with the state of its latest call. */
export function useCommand<Listen, Emit, Name extends EventNames<Emit>>(
  socket: OneSocket<Listen, Emit>,
  name: Name,
  { timeoutMs }: CommandOptions = {},
): CommandState<ParamsWithoutAck<Emit, Name>, AckResult<Emit, Name>> {
  type Args = ParamsWithoutAck<Emit, Name>;
  type Result = AckResult<Emit, Name>;
  const [call, setCall] = useState<Omit<CommandState<Args, Result>, 'run'>>(notCalled);
  const calls = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another socket or command begins anew.
  useEffect(() => {
    const counter = calls;
    setCall(notCalled);
    // A component that is gone, or shows another command, takes no outcome.
    return () => {
      counter.current += 1;
    };
  }, [socket, name]);
  const run = useCallback(
    (...args: Args): Promise<Result> => {
      calls.current += 1;
      const mine = calls.current;
      const settle = (outcome: { readonly data: Result } | { readonly error: Error }): void => {
        if (mine === calls.current) setCall((before) => ({ ...before, pending: false, ...outcome }));
      };
      setCall(({ data }) => ({ pending: true, error: undefined, data }));
      const sender = timeoutMs === undefined ? socket : socket.timeout(timeoutMs);
      const result = sender.emitWithAck(name, ...args);
      result.then(
        (data) => settle({ data }),
        (error: Error) => settle({ error }),
      );
      return result;
    },
    [socket, name, timeoutMs],
  );
  return { run, ...call };
}

const notCalled = { pending: false, error: undefined, data: undefined };
