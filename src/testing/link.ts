/** A page's connection to the simulated server: Socket.IO's client as the port `Link` sees it. */
import type { LinkEvents, OpenLink } from '../core/ports.ts';
import { toFields } from '../protocol/parse.ts';
import { clone } from './clone.ts';
import type { Network, Wire } from './network.ts';
import type { SimPage } from './page.ts';
import type { SimServer } from './server.ts';
import type { Tasks } from './tasks.ts';

interface LinkDeps {
  readonly tasks: Tasks;
  readonly page: SimPage;
  readonly network: Network;
  readonly server: SimServer;
  readonly trace: (page: SimPage, what: string) => void;
}

/** Engine.IO's ping interval and ping timeout together: so long a client waits for the next ping. */
const silenceMs = 45_000;

export interface SimLink {
  readonly page: SimPage;
  readonly wire: Wire;
  /** The client believes that it is connected. */
  open(): boolean;
  /** The page went away without closing it. */
  drop(): void;
  /** The page's one transport was given up, in another namespace. */
  fail(): void;
}

/** `onDead`: of the page's other links, which go over the same transport. */
export function createOpenLink(deps: LinkDeps, onLink: (link: SimLink) => void, onDead: () => void): OpenLink {
  const { tasks, page, network, server, trace } = deps;

  return (auth, events) => {
    const wire = network.open();
    let connected = false;
    let closed = false;
    let acks = 0;
    let stopSilence = (): void => {};
    const answerById = new Map<number, (...answer: unknown[]) => void>();

    function end(run: (to: LinkEvents) => void): void {
      if (closed) return;
      closed = true;
      stopSilence();
      run(events);
    }
    function lost(reason: string): void {
      const was = connected;
      connected = false;
      trace(page, `link: ${reason}`);
      end((to) => (was ? to.onClose(reason) : to.onRefused({ code: 'transport', message: reason })));
    }
    function expectPing(): void {
      stopSilence();
      stopSilence = tasks.add(page, 'timer', silenceMs, () => {
        wire.breakNow();
        lost('ping timeout');
      });
    }
    /** Told to the server in order, unless the network is gone; then nobody is told. */
    function close(): void {
      if (closed) return;
      closed = true;
      connected = false;
      stopSilence();
      wire.send('up', server.owner(), () => wire.breakNow());
    }

    const down = (run: () => void): void => wire.send('down', page, () => closed || run());
    const connection = server.connect({
      page: page.name,
      wire,
      auth: clone(auth),
      opened: (id) =>
        down(() => {
          connected = true;
          trace(page, `link: connected as ${id}`);
          expectPing();
          events.onOpen(id);
        }),
      refused: (refusal) =>
        down(() => {
          const { code, message } = refusal;
          trace(page, `link: refused, ${code}`);
          wire.breakNow();
          end((to) => to.onRefused({ code, message, cause: toFields(refusal) }));
        }),
      packet: (name, args) => down(() => connected && events.onPacket(name, args.map(clone))),
      answer: (id, value) =>
        down(() => {
          answerById.get(id)?.(clone(value));
          answerById.delete(id);
        }),
      ping: (pong) =>
        down(() => {
          expectPing();
          wire.send('up', server.owner(), pong);
        }),
      disconnected: () =>
        down(() => {
          wire.breakNow();
          lost('io server disconnect');
        }),
    });
    wire.onBreak(page, () => lost('transport close'));
    onLink({
      page,
      wire,
      open: () => connected && !closed,
      drop: close,
      fail() {
        wire.breakNow();
        lost('transport close');
      },
    });
    trace(page, `link: opens (term ${String(auth.term)}, attempt ${String(auth.attempt)})`);
    if (network.refusing()) tasks.add(page, 'link', 20, () => wire.breakNow());
    else connection.begin();

    return {
      fits: () => true,
      send(name, args) {
        if (connected && !closed) connection.packet(name, clone(args) as unknown[], null);
      },
      request(name, args, onAnswer) {
        if (!connected || closed) return;
        acks += 1;
        answerById.set(acks, onAnswer);
        connection.packet(name, clone(args) as unknown[], acks);
      },
      close(dead) {
        close();
        if (dead) onDead();
      },
    };
  };
}
