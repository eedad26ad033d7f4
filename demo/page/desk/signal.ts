import { useSyncExternalStore } from 'react';

/** Something changed: whoever uses it renders again and reads what it needs. */
export interface Signal {
  emit(): void;
  /** A hook. */
  use(): void;
}

export function createSignal(): Signal {
  const listeners = new Set<() => void>();
  let version = 0;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const getVersion = () => version;
  return {
    emit() {
      version += 1;
      for (const listener of listeners) listener();
    },
    use: () => void useSyncExternalStore(subscribe, getVersion),
  };
}
