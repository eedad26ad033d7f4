/** socket.io-client's ways to send, over a tab's commands. */
import type { Settlement } from '../core/outbox.ts';
import type { Clock } from '../core/ports.ts';
import type { Commands } from './commands.ts';
import { oneSocketError, toError } from './errors.ts';
import type { Settings } from './options.ts';

/** As in socket.io-client: names that only the connection itself may emit. */
export const reserved: readonly string[] = [
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
];

interface Sender {
  /** `timed`: the acknowledgement gets an error, or null, first. */
  emit(name: string, args: readonly unknown[], timeoutMs: number, timed: boolean): void;
  emitWithAck(name: string, args: readonly unknown[], timeoutMs: number): Promise<unknown>;
  /** Ends what is unsettled of this sender's. */
  abandon(code: string): void;
}

interface SenderDeps {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly commands: () => Commands;
  readonly onSend: () => void;
  /** Nobody is signed in: what is sent now must not wait for whoever is next. */
  readonly signedOut: () => boolean;
  readonly report: (error: unknown) => void;
}

export function createSender({ settings, clock, commands, onSend, signedOut, report }: SenderDeps): Sender {
  const pending = new Set<string>();

  function check(name: string, args: readonly unknown[]): void {
    if (reserved.includes(name)) throw new Error(`"${name}" is a reserved event name`);
    if (settings.companion && args.length > 1) {
      const message = `"${name}" takes one argument: put the ${args.length} into one object`;
      throw oneSocketError('too_many_arguments', message);
    }
  }

  function send(name: string, args: readonly unknown[], timeoutMs: number, onSettled?: (s: Settlement) => void): void {
    check(name, args);
    onSend();
    const id = clock.uniqueId();
    pending.add(id);
    const command = { id, name, args, timeoutMs, wantsAnswer: onSettled !== undefined };
    commands().emit(command, (settlement) => {
      pending.delete(id);
      onSettled?.(settlement);
    });
    if (signedOut()) commands().abandon('signed_out', new Set([id]));
  }

  /** A plain server acknowledges with any number of arguments, the companion with one result. */
  function toResults(settlement: Settlement & { readonly outcome: 'result' }): readonly unknown[] {
    if (settings.companion) return [settlement.result];
    return Array.isArray(settlement.result) ? settlement.result : [];
  }

  return {
    emitWithAck: (name, args, timeoutMs) =>
      new Promise((resolve, reject) => {
        send(name, args, timeoutMs, (settlement) => {
          if (settlement.outcome === 'result') resolve(toResults(settlement)[0]);
          else reject(toError(settlement));
        });
      }),
    emit(name, args, timeoutMs, timed) {
      const ack = args.at(-1);
      if (typeof ack !== 'function') return send(name, args, timeoutMs);
      send(name, args.slice(0, -1), timeoutMs, (settlement) => {
        try {
          if (settlement.outcome === 'result') ack(...(timed ? [null] : []), ...toResults(settlement));
          else if (timed) ack(toError(settlement));
          else settings.logger.warn(`no acknowledgement for "${name}"`, toError(settlement));
        } catch (error) {
          report(error);
        }
      });
    },
    abandon: (code) => commands().abandon(code, new Set(pending)),
  };
}
