/** What of socket.io-client's socket a shared one can't have: it says so, with what to use instead. */
import { oneSocketError } from '../errors.ts';

const remedies = {
  io: "the connection is shared: use the socket's events, `status` and the options",
  sendBuffer: 'see `diagnostics().commands`, or emit with `volatile`',
  receiveBuffer: 'nothing is kept before the connection is there',
};

export const unsupported: PropertyDescriptorMap = Object.fromEntries(
  Object.entries(remedies).map(([name, remedy]) => [
    name,
    {
      get() {
        throw oneSocketError('not_supported', `socket.${name} can't be had: ${remedy}`);
      },
    },
  ]),
);
