/** What goes over the wires and between the tabs, for whoever watches. With nobody watching, one look per message. */
import type { Clock, Environment, OpenBus, OpenLink } from '../../core/ports.ts';
import { toFields } from '../../protocol/parse.ts';
import type { TraceEvent } from '../trace-types.ts';

export interface Tracer {
  on(listener: (event: TraceEvent) => void): () => void;
  /** The same ports, watched. */
  environment(environment: Environment): Environment;
  link(openLink: OpenLink): OpenLink;
}

export function createTracer(clock: Clock): Tracer {
  const listeners = new Set<(event: TraceEvent) => void>();

  function note(kind: TraceEvent['kind'], type: unknown, detail: unknown): void {
    if (listeners.size === 0) return;
    const event: TraceEvent = { at: clock.wall(), kind, type: String(type), detail };
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        clock.report(error);
      }
    }
  }

  const watchBus =
    (openBus: OpenBus, open = new Set<string>()): OpenBus =>
    (name, onMessage) => {
      // A page's second object on a channel hears the same once more.
      if (open.has(name)) return openBus(name, onMessage);
      const bus = openBus(name, (message) => {
        note('channel in', toFields(message)?.type, message);
        onMessage(message);
      });
      open.add(name);
      return {
        post(message) {
          note('channel out', toFields(message)?.type, message);
          bus.post(message);
        },
        close() {
          open.delete(name);
          bus.close();
        },
      };
    };

  return {
    on(listener) {
      const own = (event: TraceEvent): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    environment: (environment) => ({ ...environment, openBus: environment.openBus && watchBus(environment.openBus) }),
    link: (openLink) => (auth, events) => {
      const heard =
        <Args extends readonly unknown[]>(type: string, run: (...args: Args) => void) =>
        (...args: Args): void => {
          note('link in', type, args);
          run(...args);
        };
      // What else is in it is the app's, and holds a token.
      const { onesocket, client, tab, term, attempt, cursors } = auth;
      note('link out', 'connect', onesocket ? [{ client, tab, term, attempt, cursors }] : []);
      const link = openLink(auth, {
        onOpen: heard('connect', events.onOpen),
        onClose: heard('disconnect', events.onClose),
        onRefused: heard('connect_error', events.onRefused),
        onPacket(name, args) {
          note('link in', name, args);
          events.onPacket(name, args);
        },
      });
      return {
        fits: link.fits,
        send(name, args, flags) {
          note('link out', name, args);
          link.send(name, args, flags);
        },
        request(name, args, onAnswer, flags) {
          note('link out', name, name === 'reauthenticate' ? [] : args);
          link.request(name, args, heard(`${name} ack`, onAnswer), flags);
        },
        close(dead) {
          note('link out', 'disconnect', []);
          link.close(dead);
        },
      };
    },
  };
}
