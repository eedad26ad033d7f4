/** `timeout`, `volatile` and `compress`: the socket with marks on what is emitted through it. */
import type { EmitFlags, Sender } from './sender.ts';

/**
 * The ways to emit, with these marks. A modifier gives a view on the socket, which can be kept and used again;
 * the socket itself stays as it is.
 */
export function emittingOf(sender: Sender, self: () => object, flags: EmitFlags = {}): PropertyDescriptorMap {
  const view = (more: EmitFlags): object =>
    Object.create(self(), emittingOf(sender, self, { ...flags, ...more })) as object;
  const emit = (name: string, ...args: unknown[]): object => {
    sender.emit(name, args, flags);
    return self();
  };
  const methods = {
    emit,
    send: (...args: unknown[]) => emit('message', ...args),
    emitWithAck: (name: string, ...args: unknown[]) => sender.emitWithAck(name, args, flags),
    timeout: (timeoutMs: number) => view({ timeoutMs }),
    compress: (compress: boolean) => view({ compress }),
  };
  // Not enumerable: whoever walks through an object would find another view in each.
  return { ...Object.getOwnPropertyDescriptors(methods), volatile: { get: () => view({ volatile: true }) } };
}
