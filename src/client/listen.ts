import type { Emitter } from '../core/emitter.ts';
import type { ListenOptions } from './types.ts';

export type AnyFunction = (...args: never[]) => unknown;
type Listen = (name: string, listener: AnyFunction, options?: ListenOptions, once?: boolean) => () => void;

/** `on` of an emitter, as the app knows it: it returns its own undo, and takes a signal. */
export function listenerOf(emitter: Emitter, onListen: () => void = () => {}): Listen {
  return (name, listener, options, once = false) => {
    if (options?.signal?.aborted) return () => {};
    const off = emitter.on(name, listener as (...args: never[]) => void, once);
    options?.signal?.addEventListener('abort', off, { once: true });
    onListen();
    return off;
  };
}
