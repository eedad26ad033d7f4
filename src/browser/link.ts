/** One Socket.IO connection as a pipe: retries, buffering and replay are ours. */
import type { OpenLink, SendFlags } from '../core/ports.ts';
import { toFields } from '../protocol/parse.ts';
import { fitsInto } from './packet-size.ts';
import { createTransports } from './transports.ts';

type LinkTo = (url: string, options: Readonly<Record<string, unknown>>) => OpenLink;

/** Links of one page: namespaces of one server and user share a transport. */
export function createLinks(): LinkTo {
  const useTransport = createTransports();

  /** @param options - socket.io-client's own; what concerns retries is overruled */
  return (url, options) => {
    // Ours bounds the wait for an outcome; theirs would put an error before every acknowledgement.
    const { ackTimeout: _, companion, ...passed } = options;
    let hinted = false;
    function hint(): void {
      if (hinted) return;
      hinted = true;
      console.info('onesocket: this server has the companion. With `companion: true` lost events come back.');
    }
    return (auth, { onOpen, onPacket, onClose, onRefused }) => {
      const { socket, connect, maxBytes, end } = useTransport(url, passed, auth);
      let closed = false;
      const unlessClosed = (run: () => void): void => {
        if (!closed) run();
      };

      socket.onAny((name: string, ...args: unknown[]) => {
        if (!companion && name === 'authenticated' && toFields(args[0])?.onesocket) hint();
        const answer = args.at(-1);
        // After the namespace was left the server would take it for a breach, and end the transport.
        if (typeof answer === 'function')
          args.splice(-1, 1, (...said: unknown[]) => unlessClosed(() => answer(...said)));
        unlessClosed(() => onPacket(name, args));
      });
      socket.on('connect', () => unlessClosed(() => onOpen(socket.id ?? '')));
      socket.on('disconnect', (reason) => unlessClosed(() => onClose(reason)));
      socket.on('connect_error', (error) =>
        unlessClosed(() => {
          const { data: cause } = error as { readonly data?: unknown };
          const said = companion ? toFields(cause)?.code : undefined;
          // No longer active: the server itself refused. Without a companion's code that is final, as in socket.io-client.
          const denied = companion || socket.active ? 'transport' : 'connection_denied';
          onRefused({ code: typeof said === 'string' ? said : denied, message: error.message, cause });
        }),
      );
      connect();

      const flagged = ({ volatile, compress = true }: SendFlags = {}): typeof socket =>
        (volatile ? socket.volatile : socket).compress(compress);

      return {
        fits: (name, args) => fitsInto(maxBytes(), [name, ...args]),
        send(name, args, flags) {
          if (socket.connected) flagged(flags).emit(name, ...args);
        },
        request(name, args, onAnswer, flags) {
          if (socket.connected) flagged(flags).emit(name, ...args, onAnswer);
        },
        close(dead = false) {
          if (closed) return;
          closed = true;
          end(dead);
        },
      };
    };
  };
}
