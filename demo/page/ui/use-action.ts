import { useCallback, useState } from 'react';

interface Action<Args extends readonly unknown[]> {
  readonly run: (...args: Args) => Promise<void>;
  readonly pending: boolean;
  /** Of the latest run, until the next one begins. */
  readonly error: string | null;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Something that a button does, and how it stands. It never rejects: the failure is in `error`. */
export function useAction<Args extends readonly unknown[]>(work: (...args: Args) => Promise<unknown>): Action<Args> {
  const [state, setState] = useState<{ readonly pending: boolean; readonly error: string | null }>({
    pending: false,
    error: null,
  });
  const run = useCallback(
    async (...args: Args) => {
      setState({ pending: true, error: null });
      const error = await work(...args).then(
        () => null,
        (failure: unknown) => messageOf(failure),
      );
      setState({ pending: false, error });
    },
    [work],
  );
  return { run, ...state };
}
