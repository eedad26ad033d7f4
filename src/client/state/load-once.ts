/** One call of the app's `load`: bounded in time, and what it brought checked. */
import type { Clock } from '../../core/ports.ts';
import type { Cursors } from '../../protocol/cursor.ts';
import { parsePosition } from '../../protocol/position.ts';
import { oneSocketError } from '../errors.ts';
import type { LoadRequest, StateOptions } from '../types.ts';

interface Call {
  readonly reason: LoadRequest['reason'];
  readonly abort: AbortController;
  /** The tab's cursors: a stream that the position does not name counts from here. */
  readonly atCall: Cursors;
}

export async function loadOnce<State>(
  { name, load, loadTimeoutMs = 10_000 }: StateOptions<State>,
  clock: Clock,
  { reason, abort, atCall }: Call,
): Promise<{ readonly state: State; readonly position: Cursors }> {
  let stop = (): void => {};
  const late = new Promise<never>((_, reject) => {
    const message = `load of "${name}" did not end within ${loadTimeoutMs} ms`;
    stop = clock.after(loadTimeoutMs, () => reject(oneSocketError('timeout', message)));
  });
  try {
    const { state, position } = await Promise.race([load({ reason, signal: abort.signal }), late]);
    const named = parsePosition(position);
    if (!named || state === undefined)
      throw oneSocketError(
        'bad_option',
        `load of "${name}" must give { state, position }, the position from realtime.positionOf() on the server`,
      );
    return { state, position: { ...atCall, ...named } };
  } catch (error) {
    abort.abort(error);
    throw error;
  } finally {
    stop();
  }
}
