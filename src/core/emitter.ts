/** Listeners by name. A throwing listener is reported and the others still run. */

type AnyListener = (...args: never[]) => void;

export interface Emitter {
  /** Behind the others, or before them (`prepend`). Returns its own undo, which may be called twice. */
  on(name: string, listener: AnyListener, once?: boolean, prepend?: boolean): () => void;
  /** Takes away the first such entry. Without a listener: all of that name; without a name: all. */
  off(name?: string, listener?: AnyListener): void;
  /** A copy, in the order in which they run. */
  listeners(name: string): AnyListener[];
  /** Runs the listeners of that moment; says whether there were any. */
  emit(name: string, args: readonly unknown[]): boolean;
}

interface Entry {
  readonly listener: AnyListener;
  readonly once: boolean;
}

/** @param self - what listeners get as `this` */
export function createEmitter(report: (error: unknown) => void, self?: () => unknown): Emitter {
  // Lists are replaced, never changed, so that an emit under way is not disturbed.
  const lists = new Map<string, readonly Entry[]>();
  const listOf = (name: string): readonly Entry[] => lists.get(name) ?? [];

  function remove(name: string, gone: Entry | undefined): void {
    const rest = listOf(name).filter((entry) => entry !== gone);
    if (rest.length > 0) lists.set(name, rest);
    else lists.delete(name);
  }

  return {
    on(name, listener, once = false, prepend = false) {
      const entry: Entry = { listener, once };
      lists.set(name, prepend ? [entry, ...listOf(name)] : [...listOf(name), entry]);
      return () => remove(name, entry);
    },
    off(name, listener) {
      if (name === undefined) lists.clear();
      else if (!listener) lists.delete(name);
      else {
        remove(
          name,
          listOf(name).find((entry) => entry.listener === listener),
        );
      }
    },
    listeners: (name) => listOf(name).map(({ listener }) => listener),
    emit(name, args) {
      const list = lists.get(name);
      if (!list) return false;
      for (const entry of list) {
        if (entry.once) remove(name, entry);
        try {
          entry.listener.apply(self?.(), args as never[]);
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
