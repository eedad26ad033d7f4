/** From the app's calls to the log: who is meant, under which name, and who was not there to get it. */

import type { Counters } from './diagnostics.ts';
import type { EventLog } from './log.ts';
import { toPayload } from './payload.ts';
import type { Logger } from './ports.ts';
import type { Receipt, Undelivered } from './realtime-types.ts';
import type { Registry } from './registry.ts';
import { checkType, type ModuleByType, type Target, toScope, toStreams, toUsers } from './router.ts';

interface SenderOptions {
  readonly log: EventLog;
  readonly registry: Registry;
  readonly counters: Counters;
  readonly logger: Logger;
  readonly moduleByType: ModuleByType;
}

type Listener = (undelivered: Undelivered) => unknown;

interface Sender {
  /** One receipt for each stream. */
  append(target: Target, type: string, payload: unknown): Promise<readonly Receipt[]>;
  /** For a target of one stream. */
  appendOne(target: Target, type: string, payload: unknown): Promise<Receipt>;
  streamsOf(target: Target, type: string): readonly string[];
  onUndelivered(listener: Listener): () => void;
}

export function createSender({ log, registry, counters, logger, moduleByType }: SenderOptions): Sender {
  const listeners = new Set<Listener>();

  async function tellUndelivered(undelivered: Undelivered): Promise<void> {
    if ((await registry.ofUser(undelivered.userId)).length > 0) return;
    counters.count('undelivered');
    const told = [...listeners].map(async (listener) => listener(undelivered));
    for (const outcome of await Promise.allSettled(told)) {
      if (outcome.status === 'rejected') throw outcome.reason;
    }
  }

  async function append(target: Target, type: string, payload: unknown): Promise<readonly Receipt[]> {
    const scope = toScope(target, checkType(type), moduleByType);
    const draft = { type, payload: toPayload(payload), ...(scope && { scope }) };
    const streams = toStreams(target, scope?.module);
    counters.count('emitted', streams.length);
    const cursors = await Promise.all(streams.map((stream) => log.append(stream, draft)));
    const receipts = cursors.map((cursor, index) => ({ stream: streams[index] ?? '', ...cursor }));
    if (listeners.size > 0) {
      for (const [index, userId] of toUsers(target).entries()) {
        const receipt = receipts[index];
        if (!receipt) continue;
        // Never awaited: whoever emits does not wait for e-mails.
        tellUndelivered({ userId, type, payload: draft.payload, receipt }).catch((error: unknown) => {
          counters.count('undelivered_errors');
          logger.error(`onUndelivered failed for ${type} to "${userId}"`, error);
        });
      }
    }
    return receipts;
  }

  return {
    append,
    async appendOne(target, type, payload) {
      const [receipt] = await append(target, type, payload);
      if (!receipt) throw new Error('The log gave no number');
      return receipt;
    },
    streamsOf: (target, type) => toStreams(target, toScope(target, type, moduleByType)?.module),
    onUndelivered(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
