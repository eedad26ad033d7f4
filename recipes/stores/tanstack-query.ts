import { type QueryClient, type QueryKey, skipToken } from '@tanstack/react-query';
import type { SharedState } from '../../src/index.ts';

export function showAsQuery<State>(client: QueryClient, queryKey: QueryKey, shared: SharedState<State>): () => void {
  client.setQueryDefaults(queryKey, { queryFn: skipToken, gcTime: Number.POSITIVE_INFINITY });
  const show = (): void => {
    const { state } = shared.getSnapshot();
    if (state === undefined) void client.resetQueries({ queryKey, exact: true });
    else client.setQueryData(queryKey, state);
  };
  show();
  return shared.subscribe(show);
}
