import type { OpenBus } from '../core/ports.ts';

/** Throws where the platform forbids it (a sandboxed frame): the caller goes on without a channel. */
export const openBus: OpenBus = (name, onMessage) => {
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => onMessage(data);
  // What can't be read was never there: the tab that lacks it notices by itself.
  channel.onmessageerror = () => onMessage(undefined);
  return {
    post: (message) => channel.postMessage(message),
    close: () => channel.close(),
  };
};
