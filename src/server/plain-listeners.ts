/** Calls the app's ordinary Socket.IO listeners for a command, so that one handler serves both worlds. */
import type { PlainListener } from './ports.ts';

/**
 * Fulfilled with the acknowledgement's argument where a listener declares one beyond the arguments sent
 * or answers before it returns; else, as nobody can ever answer, with `undefined` when all have returned.
 * What a listener rejects with after that goes to `onLateError`.
 */
export function callPlainListeners(
  listeners: readonly PlainListener[],
  args: readonly unknown[],
  onLateError: (error: unknown) => void,
): Promise<unknown> {
  let answered = false;
  return new Promise((resolve, reject) => {
    const ack = (result?: unknown): void => {
      answered = true;
      resolve(result);
    };
    const fail = (error: unknown): void => (answered ? onLateError(error) : reject(error));
    const expectsAck = listeners.some((listener) => listener.length > args.length);
    const running = listeners.map((listener) => listener(...args, ack));
    for (const result of running) Promise.resolve(result).catch(fail);
    if (!expectsAck) ack();
  });
}
