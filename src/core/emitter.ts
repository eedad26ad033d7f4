/** Listeners by name. A throwing listener is reported and the others still run. */

type AnyListener = (...args: never[]) => void;

export interface Emitter {
  /** Returns its own undo, which may be called twice. */
  on(name: string, listener: AnyListener, once?: boolean): () => void;
  /** Without a listener: all of that name; without a name: all. */
  off(name?: string, listener?: AnyListener): void;
  /** Runs the listeners of that moment; says whether there were any. */
  emit(name: string, args: readonly unknown[]): boolean;
}

interface Entry {
  readonly listener: AnyListener;
  readonly once: boolean;
}

export function createEmitter(report: (error: unknown) => void): Emitter {
  // Lists are replaced, never changed, so that an emit under way is not disturbed.
  const lists = new Map<string, readonly Entry[]>();

  function remove(name: string, gone: (entry: Entry) => boolean): void {
    const rest = (lists.get(name) ?? []).filter((entry) => !gone(entry));
    if (rest.length > 0) lists.set(name, rest);
    else lists.delete(name);
  }

  return {
    on(name, listener, once = false) {
      const entry: Entry = { listener, once };
      lists.set(name, [...(lists.get(name) ?? []), entry]);
      return () => remove(name, (other) => other === entry);
    },
    off(name, listener) {
      if (name === undefined) lists.clear();
      else remove(name, (entry) => listener === undefined || entry.listener === listener);
    },
    emit(name, args) {
      const list = lists.get(name);
      if (!list) return false;
      for (const entry of list) {
        if (entry.once) remove(name, (other) => other === entry);
        try {
          entry.listener(...(args as never[]));
        } catch (error) {
          report(error);
        }
      }
      return true;
    },
  };
}

/** Two listeners as one. */
export function both<Args extends readonly unknown[]>(
  first: (...args: Args) => void,
  second: (...args: Args) => void,
): (...args: Args) => void {
  return (...args) => {
    first(...args);
    second(...args);
  };
}
