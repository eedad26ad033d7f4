/** socket.io-client's ways to listen, over an emitter for each kind of listener. */
import type { Emitter } from '../../core/emitter.ts';
import type { ListenOptions } from '../socket-types.ts';

export type AnyFunction = (...args: never[]) => unknown;
type Listen = (
  name: string,
  listener: AnyFunction,
  options?: ListenOptions,
  once?: boolean,
  prepend?: boolean,
) => () => void;

/** `on` of an emitter, as the app knows it: it returns its own undo, and takes a signal. */
export function listenerOf(emitter: Emitter, onListen: () => void = () => {}): Listen {
  return (name, listener, options, once, prepend) => {
    if (options?.signal?.aborted) return () => {};
    const off = emitter.on(name, listener as (...args: never[]) => void, once, prepend);
    options?.signal?.addEventListener('abort', off, { once: true });
    onListen();
    return off;
  };
}

interface Listening {
  readonly on: Emitter;
  readonly any: Emitter;
  readonly outgoing: Emitter;
  readonly onListen: () => void;
  /** What the calls return that return no undo. */
  readonly self: () => object;
}

/** What adds a listener returns its undo, everything else the socket. */
export function createListening({ on, any, outgoing, onListen, self }: Listening): object {
  const listen = listenerOf(on, onListen);
  const add = (name: string, fn: AnyFunction, options?: ListenOptions): (() => void) => listen(name, fn, options);
  function remove(...args: [name?: string, listener?: (...args: never[]) => void]): object {
    // Without any argument all; a name that is missing by mistake means none.
    if (args.length === 0 || args[0] !== undefined) on.off(...args);
    return self();
  }

  function catchAll(emitter: Emitter, name: string): object {
    const listenAll = listenerOf(emitter, onListen);
    return {
      [`on${name}`]: (fn: AnyFunction, options?: ListenOptions) => listenAll('*', fn, options),
      [`prepend${name}`]: (fn: AnyFunction, options?: ListenOptions) => listenAll('*', fn, options, false, true),
      [`off${name}`](fn?: (...args: never[]) => void) {
        emitter.off('*', fn);
        return self();
      },
      [`listeners${name}`]: () => emitter.listeners('*'),
    };
  }

  return {
    on: add,
    addEventListener: add,
    once: (name: string, fn: AnyFunction, options?: ListenOptions) => listen(name, fn, options, true),
    off: remove,
    removeListener: remove,
    removeAllListeners: remove,
    removeEventListener: remove,
    listeners: on.listeners,
    hasListeners: (name: string) => on.listeners(name).length > 0,
    ...catchAll(any, 'Any'),
    ...catchAll(outgoing, 'AnyOutgoing'),
  };
}
