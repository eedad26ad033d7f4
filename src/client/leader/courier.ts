/** Carries the tabs' commands over the leader's link. It keeps none: no connection, `later`. */
import type { LeaderBody, TabBody } from '../../core/envelope.ts';
import type { Clock, Link } from '../../core/ports.ts';
import type { CommandAnswer, WireError } from '../../protocol/messages.ts';
import { parseCommandAnswer } from '../../protocol/parse.ts';
import type { Settings } from '../options.ts';
import type { Tell } from './relay.ts';

/** Commands that are remembered; beyond, the oldest is forgotten. */
const maxCommands = 4_000;

interface Courier {
  carry(from: string, command: TabBody & { readonly type: 'command' }): void;
  /** The link is gone. The companion's tabs send again when it is back; a plain server's must not. */
  reset(): void;
}

interface CourierDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly link: () => Link | null;
  /** Runs it after what the server sent before was posted. */
  readonly inTurn: (tell: Tell) => void;
  readonly post: (body: LeaderBody, to: readonly string[]) => () => void;
}

export function createCourier({ settings, clock, link, inTurn, post: toTab }: CourierDeps): Courier {
  let inFlight = new Map<string, string>();
  /** The last post of each command that was carried: one that comes again says nothing new. */
  const carried = new Map<string, number>();

  const tell = (body: LeaderBody, to: readonly string[]): void => toTab(body, to)();
  const toOutcome = (tab: string, id: string, answer: CommandAnswer): (() => void) =>
    toTab({ type: 'outcome', id, answer }, [tab]);
  const outcome = (tab: string, id: string, answer: CommandAnswer): void => toOutcome(tab, id, answer)();

  return {
    carry(from, { id, post, name, args, sentAt, wantsAnswer, flags }) {
      if (post <= (carried.get(id) ?? 0)) return;
      const open = link();
      // Without the server's time the command could not be told from one that is too old.
      const ready = open && !(settings.companion && sentAt === null);
      // From a task of its own: a frozen leader must not look alive.
      if (!ready) return clock.soon(() => tell({ type: 'later', id, post }, [from]));
      makeRoom(carried);
      carried.set(id, post);
      if (inFlight.has(id)) return;
      const [packet, content] = settings.companion ? ['command', [{ id, name, args, sentAt }]] : [name, args];
      const error = objectionTo(open, packet, content);
      if (error) return clock.soon(() => outcome(from, id, { ok: false, error }));
      if (!settings.companion && !wantsAnswer) {
        open.send(packet, content, flags);
        return clock.soon(() => outcome(from, id, { ok: true }));
      }
      // The oldest of so many won't be answered any more; its caller's own bound ends it.
      makeRoom(inFlight);
      inFlight.set(id, from);
      const answered = (answer: CommandAnswer): void => {
        if (inFlight.delete(id)) inTurn(() => toOutcome(from, id, answer));
      };
      if (settings.companion) {
        open.request(
          packet,
          content,
          (value) => {
            const message = 'The server answered with something that is no outcome';
            answered(parseCommandAnswer(value) ?? { ok: false, error: { code: 'disconnected', message } });
          },
          flags,
        );
      } else open.request(packet, content, (...result) => answered({ ok: true, result }), flags);
    },
    reset() {
      const lost = inFlight;
      inFlight = new Map();
      if (settings.companion) return;
      const message = 'The connection ended before the acknowledgement came';
      // Behind the news that the connection is gone, as in socket.io-client.
      clock.soon(() => {
        for (const [id, tab] of lost) {
          inTurn(() => toOutcome(tab, id, { ok: false, error: { code: 'disconnected', message } }));
        }
      });
    },
  };
}

function makeRoom(byId: Map<string, unknown>): void {
  const [oldest] = byId.keys();
  if (byId.size >= maxCommands && oldest !== undefined) byId.delete(oldest);
}

/** Sent all the same, it would end the connection for everybody, again at each try. */
function objectionTo(link: Link, name: string, content: readonly unknown[]): WireError | null {
  try {
    if (link.fits(name, content)) return null;
    return { code: 'payload_too_large', message: 'The command is larger than the server accepts' };
  } catch (error) {
    return { code: 'invalid_payload', message: `The command can't be sent: ${String(error)}` };
  }
}
